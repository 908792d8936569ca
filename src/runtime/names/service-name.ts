import type { Service } from './answer';
import type { Asked } from './refresher';
import type { Resolver } from './resolver';

/** A service whose SRV records are asked for. */
export class ServiceName {
  /** What the last lookup that found any has found. */
  records: readonly Service[] = [];
  /** The hosts of the records, and, while a lookup is under way, those that it has found. */
  hosts: readonly string[] = [];

  /**
   * @param learn - resolves once hosts have been asked for, or after a while
   * @param changed - told when it has other records than before
   */
  constructor(
    private readonly name: string,
    private readonly resolver: Resolver,
    private readonly learn: (hosts: readonly string[]) => Promise<void>,
    private readonly changed: () => void,
  ) {}

  /** Asks once. */
  async ask(): Promise<Asked> {
    const answer = await this.resolver.services(this.name);
    if (answer.kind !== 'found') return { failed: true };
    const records = sorted(answer.values);
    const hosts = [...new Set(records.map(({ host }) => host))];
    this.hosts = [...this.hosts, ...hosts];
    // Nobody can use a record before its host has an address.
    await this.learn(hosts);
    this.hosts = hosts;
    const same = JSON.stringify(records) === JSON.stringify(this.records);
    this.records = records;
    if (!same) this.changed();
    // Asked for again as often as is described: no TTL is told.
    return { failed: false, ttlMs: answer.ttlMs ?? Number.POSITIVE_INFINITY };
  }
}

/** Each place once, in an order that does not depend on the name server's. */
function sorted(records: readonly Service[]): Service[] {
  const byPlace = new Map(records.map((record) => [`${record.host}:${record.port}`, record]));
  return [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}
