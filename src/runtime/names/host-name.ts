import type { Family } from './answer';
import { HostAddresses } from './host-addresses';
import type { Asked } from './refresher';
import type { Resolver } from './resolver';

const FAMILIES: readonly Family[] = [4, 6];

/** A host whose addresses are asked for. */
export class HostName {
  readonly addresses = new HostAddresses();

  /** @param changed - told when it has other addresses than before */
  constructor(
    private readonly name: string,
    private readonly resolver: Resolver,
    private readonly changed: () => void,
  ) {}

  /** Asks once. What is found of a family is taken in without a wait for the other. */
  async ask(): Promise<Asked> {
    const answers = await this.resolver.addresses(this.name, (family, found) => this.take(family, found));
    const ttls: number[] = [];
    let found = false;
    for (const family of FAMILIES) {
      const answer = answers[family];
      if (answer.kind !== 'found') continue;
      found = true;
      this.take(family, answer.values);
      if (answer.ttlMs !== undefined) ttls.push(answer.ttlMs);
    }
    if (!found) return { failed: true };
    // A host that is found has no addresses of a family only where DNS says so; a question that failed says nothing.
    for (const family of FAMILIES) if (answers[family].kind === 'nothing') this.take(family, []);
    const failed = FAMILIES.some((family) => !['found', 'nothing'].includes(answers[family].kind));
    return { failed, ttlMs: ttls.length === 0 ? undefined : Math.min(...ttls) };
  }

  private take(family: Family, found: readonly string[]): void {
    if (this.addresses.take(family, found)) this.changed();
  }
}
