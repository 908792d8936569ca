import type { Pool as PoolDescription } from '../../model';
import { GateMetrics, type Registry } from '../telemetry';
import type { TimerWheel } from '../timers';
import type { Tier } from '../upstream';
import type { AdaptiveSettings } from './adaptive-limit';
import { AdaptivePermits } from './adaptive-permits';
import { type Limits, limitKey } from './limits';
import type { Permits } from './permits';
import { TierGate } from './tier-gate';

/** What a pool takes on, as it is described. */
export type PoolLimits = NonNullable<PoolDescription['limits']>;

interface Served {
  readonly gate: TierGate;
  readonly permits: Permits;
  /** The same; `undefined` where the limit is fixed. */
  readonly adaptive: AdaptivePermits | undefined;
  readonly metrics: GateMetrics;
}

/** The gates of all tiers that are served, by the names of the tiers. They go on over reloads, with those who wait. */
export class Gates {
  private readonly served = new Map<string, Served>();
  private fitted = new Set<string>();
  /** Tiers whose targets have a bound on their connections. */
  private readonly bounded = new Set<string>();

  /** @param share - of the limits that are not leased, where several processes serve the API: a part of 1 */
  constructor(
    private readonly limits: Limits,
    private readonly wheel: TimerWheel,
    private readonly registry: Registry,
    private readonly api: string,
    private readonly share: number,
  ) {}

  /** Gives the tiers of a pool their gates, as the pool is described now; to be called once it is served. */
  fit(tiers: readonly Tier[], limits: PoolLimits | undefined): void {
    for (const tier of tiers) {
      tier.gate = limits && this.gateOf(tier.name, limits);
      this.boundConnections(tier, limits?.connectionsPerTarget);
    }
  }

  /** Forgets the gates of tiers that were not fitted since the last call. Requests that are inside leave as ever. */
  sweep(): void {
    for (const [name, { metrics }] of this.served) {
      if (this.fitted.has(name)) continue;
      this.served.delete(name);
      metrics.forget();
    }
    this.fitted = new Set();
  }

  private boundConnections(tier: Tier, most: number | undefined): void {
    if (most !== undefined) this.bounded.add(tier.name);
    // Most tiers never have a bound, and some have very many targets.
    else if (!this.bounded.delete(tier.name)) return;
    for (const { connections } of tier.targets)
      connections.most = most === undefined ? Number.POSITIVE_INFINITY : this.part(most);
  }

  private gateOf(tier: string, { concurrency = 0, adaptive, queue, queueTimeout }: PoolLimits): TierGate | undefined {
    if (concurrency === 0 && adaptive === undefined) return undefined;
    const before = this.served.get(tier);
    const metrics = before?.metrics ?? new GateMetrics(this.registry, this.api, tier);
    const adapting = adaptive && this.adapting(before, this.partOf(adaptive));
    const permits = adapting ?? this.limits.permits(limitKey('tier', tier), concurrency);
    // What all processes tell is added up.
    metrics.limit.value = adapting?.limit ?? concurrency * this.share;
    const settings = { queue: Math.ceil(queue * this.share), queueTimeout };
    const gate = before?.permits === permits ? before.gate : new TierGate(this.wheel, permits, settings, metrics);
    gate.adopt(settings);
    this.fitted.add(tier);
    this.served.set(tier, { gate, permits, adaptive: adapting, metrics });
    return gate;
  }

  private adapting(before: Served | undefined, settings: AdaptiveSettings): AdaptivePermits {
    const permits = before?.adaptive ?? new AdaptivePermits(settings);
    permits.adopt(settings);
    return permits;
  }

  private partOf({ initial, min, max, tolerancePercent }: AdaptiveSettings): AdaptiveSettings {
    return { initial: this.part(initial), min: this.part(min), max: this.part(max), tolerancePercent };
  }

  /** This process's part of a number, at least 1. */
  private part(whole: number): number {
    return Math.max(1, Math.floor(whole * this.share));
  }
}
