import { joinAddress } from '../../model';
import type { TargetMetrics } from '../telemetry';
import { hashKeyOf, IN_TURN, type Sharing } from './sharing';
import { Target } from './target';
import { Tier } from './tier';
import { PLAIN_WIRE, type Wire } from './wire';

/** A member of a pool, as it is described or was discovered. */
export interface PoolMember {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  /** The name that it was discovered by; left out: the host. */
  readonly serverName?: string;
  /** Whether it takes no new requests; left out: it does. */
  readonly drain?: boolean;
}

/** Members that share a priority, under the name of their tier. */
export interface MemberTier {
  readonly name: string;
  readonly members: readonly PoolMember[];
}

/** What a change of members has changed. */
export interface MemberChange {
  readonly joined: readonly Target[];
  /** They are retired. */
  readonly left: readonly Target[];
}

/** The targets of a pool in their tiers. They may come and go while it serves; those that stay keep what they are. */
export class Pool {
  /** Highest priority first. */
  tiers: readonly Tier[] = [];
  /** Those of all tiers. */
  targets: readonly Target[] = [];
  private byKey: ReadonlyMap<string, Target> = new Map();

  /** @param metricsOf - of a target of a tier, by its name */
  constructor(
    readonly name: string,
    private readonly metricsOf: (tier: string, target: string) => TargetMetrics,
    private readonly wire: Wire = PLAIN_WIRE,
    private readonly sharing: Sharing = IN_TURN,
  ) {}

  /** The target that stands for the same member here. */
  sameAs({ key }: Pick<Target, 'key'>): Target | undefined {
    return this.byKey.get(key);
  }

  /** What is hashed of a request to choose a target; `undefined` where nothing is. */
  get hashKey(): string | undefined {
    return hashKeyOf(this.sharing);
  }

  /** Whether health may be ignored where too few targets are healthy. */
  get mayPanic(): boolean {
    return this.sharing.panicPercent > 0;
  }

  /** Whether a request could be sent to any of it. */
  get available(): boolean {
    return this.tiers.some(({ available }) => available);
  }

  /**
   * Makes these its members. One that joins gets no request before a probe has found it up, since DNS often knows a server
   * before it listens; unless nobody else is up, as at the start.
   */
  update(tiers: readonly MemberTier[]): MemberChange {
    const before = new Map(this.targets.map((target) => [target.name, target]));
    const joined: Target[] = [];
    const next = tiers.map(({ name, members }) => {
      const own = members.map((member) => {
        const known = before.get(nameOf(member));
        const target = known ?? this.join(name, member);
        if (known === undefined) joined.push(target);
        else if (known.tier !== name) known.move(name, this.metricsOf);
        target.draining = member.drain === true;
        return { target, weight: member.weight };
      });
      const tier = this.tiers.find((one) => one.name === name) ?? new Tier(name, this.sharing);
      return { tier, own };
    });
    for (const { tier, own } of next) tier.update(own);
    this.tiers = next.map(({ tier }) => tier);
    this.targets = this.tiers.flatMap(({ targets }) => targets);
    this.byKey = new Map(this.targets.map((target) => [target.key, target]));
    const left = [...before.values()].filter((target) => this.sameAs(target) !== target);
    for (const target of left) target.leave();
    if (!this.available) for (const target of this.targets) target.trust();
    return { joined, left };
  }

  private join(tier: string, { host, port, serverName }: PoolMember): Target {
    const metrics = this.metricsOf(tier, joinAddress(host, port));
    return new Target(this.name, tier, host, port, metrics, serverName, this.wire);
  }
}

function nameOf({ host, port }: PoolMember): string {
  return joinAddress(host, port);
}
