import type { Configuration } from './configuration';
import { type Court, PoolJudges, type Verdict } from './judging';
import { type MemberChange, type Target, UnderWay } from './upstream';

/** Draws conclusions from the real requests of a configuration's targets, and ends those that outstay a target's drain. */
export class TrafficWatch {
  private readonly pools: ReadonlyMap<string, PoolJudges>;

  constructor(
    private readonly configuration: Configuration,
    private readonly court: Court,
  ) {
    const described = Object.entries(configuration.api.pools);
    const judging = described.filter(
      ([, pool]) => pool.outlierEjection !== undefined || pool.circuitBreaker !== undefined,
    );
    this.pools = new Map(judging.map(([name, pool]) => [name, new PoolJudges(court, name, pool)]));
  }

  /** Begins, where an earlier one has stopped: what was concluded about targets that stay goes on. */
  start(): void {
    // A breaker of a tier is that of the targets that were there before.
    const before = new Set(this.configuration.targets.filter(({ traffic }) => traffic.judge !== undefined));
    for (const target of before) this.watch(target);
    for (const target of this.configuration.targets) if (!before.has(target)) this.watch(target);
  }

  follow({ joined, left }: MemberChange): void {
    for (const { pool, traffic } of left) if (traffic.judge !== undefined) this.pools.get(pool)?.leave(traffic.judge);
    for (const target of joined) this.watch(target);
  }

  stop(): void {
    for (const judges of this.pools.values()) judges.stop();
  }

  /** Another process that serves the same has concluded something. */
  told(verdict: Verdict): void {
    this.pools.get(verdict.pool)?.told(verdict, this.configuration.sameAs(verdict));
  }

  /** Whether what another process has concluded may hold for all: an ejection may be one too many. */
  admits(verdict: Verdict): boolean {
    if (verdict.kind !== 'ejected') return true;
    const target = this.configuration.sameAs(verdict);
    return target !== undefined && this.pools.get(verdict.pool)?.mayEject(target) === true;
  }

  /** What holds now, for a process that begins to serve the same. */
  get verdicts(): Verdict[] {
    return [...this.pools.values()].flatMap(({ verdicts }) => verdicts);
  }

  private watch(target: Target): void {
    const { traffic, pool, draining } = target;
    traffic.judge = this.pools.get(pool)?.join(target, traffic.judge);
    const { drainTimeout } = this.configuration.api.pools[pool];
    if (drainTimeout === undefined) {
      traffic.underWay = undefined;
      return;
    }
    traffic.underWay ??= new UnderWay(this.court.wheel, drainTimeout);
    traffic.underWay.timeout = drainTimeout;
    if (draining) traffic.underWay.drain();
    else traffic.underWay.resume();
  }
}
