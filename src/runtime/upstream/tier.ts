import { type Balancer, balancerOf, eligible, type Member, slowStartShare, targetId } from '../balancing';
import type { Choice } from './choice';
import type { Gate } from './gate';
import { hashKeyOf, IN_TURN, type Sharing } from './sharing';
import type { Target } from './target';

/** Where chance and time come from. */
export interface TierSources {
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Milliseconds since 1970, as health counts them. */
  readonly clock: () => number;
}

const SOURCES: TierSources = { random: Math.random, clock: Date.now };

/** The targets of a pool that share a priority, and whose turn it is. */
export class Tier {
  /** Bounds its requests; `undefined` where nothing does. */
  gate: Gate | undefined;
  private members: readonly Member<Target>[] = [];
  private readonly balancer: Balancer<Target>;
  /** What is hashed; `undefined` where nothing is. */
  private readonly hashKey: string | undefined;
  /** Who was available when it was last asked for: most probably it still is. */
  private known: Target | undefined;
  /** By what clients remember their targets; made for the first one who does. */
  private remembered: ReadonlyMap<string, Target> | undefined;

  constructor(
    /** `web`, or `web/-1` for the targets of priority -1. */
    readonly name: string,
    private readonly sharing: Sharing = IN_TURN,
    private readonly sources: TierSources = SOURCES,
  ) {
    this.balancer = balancerOf(sharing.algorithm, sources.random);
    this.hashKey = hashKeyOf(sharing);
  }

  /** Makes these its targets; those that it had keep their turn. */
  update(members: readonly { readonly target: Target; readonly weight: number }[]): void {
    const credits = new Map(this.members.map(({ target, credit }) => [target, credit]));
    this.members = members.map(({ target, weight }) => ({
      target,
      weight,
      share: weight,
      credit: credits.get(target) ?? 0,
    }));
    this.balancer.update(this.members);
    this.known = undefined;
    this.remembered = undefined;
  }

  get targets(): readonly Target[] {
    return this.members.map(({ target }) => target);
  }

  /** Whether a request could be sent to it. Asked for often, and so answered without a look at all targets, mostly. */
  get available(): boolean {
    if (this.known?.available !== true) this.known = this.members.find(({ target }) => target.available)?.target;
    return this.known !== undefined;
  }

  /** Whether it takes requests such as this one, and one could be sent to it. */
  serves(choice: Choice): boolean {
    if (this.sharing.readOnly && !choice.safe) return false;
    return this.available || (choice.lastResort === true && this.panics(choice));
  }

  /** Whether there is a target that a request was not sent to before. */
  hasLeft({ tried }: Choice): boolean {
    return tried.length === 0 || this.members.some(({ target }) => target.available && !tried.includes(target));
  }

  /**
   * The target for a request: the one that its client was with before, or the one whose turn it is, among those that are
   * available, have a connection left and were not tried before.
   */
  next(choice: Choice): Target | undefined {
    const { readOnly, slowStart, panicPercent } = this.sharing;
    if (readOnly && !choice.safe) return undefined;
    if (slowStart !== undefined) this.warmUp(slowStart);
    const panic = panicPercent > 0 && this.panics(choice);
    const { sticky, tried } = choice;
    if (sticky !== undefined) {
      const before = this.rememberedAs(sticky);
      if (before !== undefined && eligible(before, tried, false)) return before;
    }
    const hash = this.hashKey === undefined ? undefined : choice.hash(this.hashKey);
    return this.balancer.next(tried, panic, hash)?.target;
  }

  /**
   * Whether so few are healthy that health is ignored. Where none is, lower tiers come first: it is the last resort to send
   * requests to those that are thought to be down.
   */
  private panics({ lastResort }: Choice): boolean {
    let serving = 0;
    let healthy = 0;
    for (const { target } of this.members) {
      if (target.draining) continue;
      serving += 1;
      if (target.available) healthy += 1;
    }
    if (healthy === 0 && lastResort !== true) return false;
    return healthy * 100 < serving * this.sharing.panicPercent;
  }

  private warmUp(whole: number): void {
    const now = this.sources.clock();
    for (const member of this.members) {
      member.share = slowStartShare(member.weight, now - member.target.health.since, whole);
    }
  }

  private rememberedAs(id: string): Target | undefined {
    this.remembered ??= new Map(this.members.map(({ target }) => [targetId(target.name), target]));
    return this.remembered.get(id);
  }
}
