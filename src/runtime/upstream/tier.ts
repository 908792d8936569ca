import type { Choice } from './choice';
import type { Gate } from './gate';
import type { Target } from './target';

interface Member {
  readonly target: Target;
  readonly weight: number;
  /** Grows by the weight with every choice; the highest is chosen, and pays what all have gained. */
  credit: number;
}

/**
 * The targets of a pool that share a priority. They take turns by smooth weighted round robin: over a whole cycle
 * each is chosen exactly as often as its weight says, and heavy ones are spread, not bunched.
 */
export class Tier {
  /** Bounds its requests; `undefined` where nothing does. */
  gate: Gate | undefined;
  private members: readonly Member[] = [];

  constructor(
    /** `web`, or `web/-1` for the targets of priority -1. */
    readonly name: string,
  ) {}

  /** Makes these its targets; those that it had keep their turn. */
  update(members: readonly { readonly target: Target; readonly weight: number }[]): void {
    const credits = new Map(this.members.map(({ target, credit }) => [target, credit]));
    this.members = members.map((member) => ({ ...member, credit: credits.get(member.target) ?? 0 }));
  }

  get targets(): readonly Target[] {
    return this.members.map(({ target }) => target);
  }

  /** Whether a request could be sent to it. */
  get available(): boolean {
    return this.members.some(({ target }) => target.available);
  }

  /** The target whose turn it is, among those that are available, have a connection left and were not tried before. */
  next({ tried }: Choice): Target | undefined {
    let chosen: Member | undefined;
    let total = 0;
    for (const member of this.members) {
      if (!member.target.available || member.target.full || tried.includes(member.target)) continue;
      member.credit += member.weight;
      total += member.weight;
      if (chosen === undefined || member.credit > chosen.credit) chosen = member;
    }
    if (chosen === undefined) return undefined;
    chosen.credit -= total;
    return chosen.target;
  }
}
