import { BreakerMetrics } from '../telemetry';
import { Timer } from '../timers';
import { Breaker, type BreakerReason, type BreakerSettings } from './breaker';
import type { Court, Judged } from './court';
import type { Verdict } from './verdict';

interface Entry {
  readonly breaker: Breaker;
  /** What it is called in all processes: the key of the target, or the name of the tier. */
  readonly key: string;
  readonly tier: string;
  /** `undefined` where it is the breaker of the whole tier. */
  readonly target: Judged | undefined;
  readonly metrics: BreakerMetrics;
  /** Until it is to be woken. */
  readonly timer: Timer;
  /** Why it opened the last time. */
  reason: BreakerReason;
  /** How many targets it is for. */
  users: number;
}

/** The breakers of a pool: one for each target, or one for each tier. */
export class PoolBreakers {
  private readonly entries = new Map<Breaker, Entry>();
  private readonly byKey = new Map<string, Entry>();

  constructor(
    private readonly court: Court,
    private readonly pool: string,
    private readonly settings: BreakerSettings,
  ) {}

  /** @param earlier - of the target, under an earlier description */
  join(target: Judged, earlier: Breaker | undefined): Breaker {
    const { settings, court } = this;
    const ofTier = settings.scope === 'tier' ? this.byKey.get(target.tier) : undefined;
    if (ofTier !== undefined) {
      ofTier.users += 1;
      return ofTier.breaker;
    }
    const breaker = earlier?.scope === settings.scope ? earlier : new Breaker(settings, court.share);
    breaker.adopt(settings);
    this.enter(breaker, target);
    return breaker;
  }

  /** The target is not there any more, or belongs to another tier. */
  leave(breaker: Breaker): void {
    const entry = this.entries.get(breaker);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    this.drop(entry);
    this.entries.delete(breaker);
    this.byKey.delete(entry.key);
  }

  /** Requests have changed the state of a breaker. @param reason - why it opened; `undefined` where it closed */
  changed(breaker: Breaker, reason: BreakerReason | undefined): void {
    const { court, pool } = this;
    const entry = this.entries.get(breaker);
    if (entry === undefined) return;
    if (reason !== undefined) entry.reason = reason;
    this.note(entry, reason);
    const { key } = entry;
    if (reason === undefined) court.spread({ kind: 'closed', pool, key });
    else court.spread({ kind: 'opened', pool, key, reason, ms: this.left(breaker) });
  }

  /** Another process has opened or closed a breaker. */
  told(verdict: Extract<Verdict, { kind: 'opened' | 'closed' }>): void {
    const entry = this.byKey.get(verdict.key);
    if (entry === undefined) return;
    const { breaker } = entry;
    if (verdict.kind === 'closed') {
      if (breaker.state === 'closed') return;
      breaker.close();
      this.note(entry, undefined);
    } else if (breaker.state !== 'open') {
      breaker.open(this.court.wheel.now, verdict.ms);
      entry.reason = verdict.reason;
      this.note(entry, verdict.reason);
    }
  }

  /** What holds now. One that is half-open will be so there at once. */
  get verdicts(): Verdict[] {
    return [...this.entries.values()]
      .filter(({ breaker }) => breaker.state !== 'closed')
      .map(({ breaker, key, reason }) => {
        const ms = breaker.state === 'open' ? this.left(breaker) : 0;
        return { kind: 'opened', pool: this.pool, key, reason, ms };
      });
  }

  stop(): void {
    for (const entry of this.entries.values()) this.drop(entry);
  }

  private enter(breaker: Breaker, target: Judged): void {
    const { court, settings } = this;
    const { tier } = target;
    const own = settings.scope === 'target' ? target : undefined;
    const metrics = new BreakerMetrics(court.registry, court.api, tier, own?.name ?? '');
    const timer = new Timer(court.wheel, () => this.wake(entry));
    const key = own?.key ?? tier;
    const entry: Entry = { breaker, key, tier, target: own, metrics, timer, reason: 'failurePercent', users: 1 };
    this.entries.set(breaker, entry);
    this.byKey.set(key, entry);
    metrics.note(breaker.state);
    this.wait(entry);
  }

  private wake(entry: Entry): void {
    const { breaker } = entry;
    const before = breaker.state;
    breaker.wake(this.court.wheel.now);
    if (breaker.state === before) this.wait(entry);
    else this.note(entry, undefined);
  }

  private note(entry: Entry, reason: BreakerReason | undefined): void {
    const { court, pool } = this;
    const { breaker, tier, target, metrics } = entry;
    metrics.note(breaker.state);
    this.wait(entry);
    court.tell({ kind: 'breaker', pool, tier, target: target?.name, state: breaker.state, reason });
    court.changed(this.pool);
  }

  private wait({ breaker, timer }: Entry): void {
    if (breaker.wakeAt === undefined) timer.clear();
    else timer.set(this.left(breaker));
  }

  private left({ wakeAt }: Breaker): number {
    return wakeAt === undefined ? 0 : Math.max(wakeAt - this.court.wheel.now, 0);
  }

  private drop({ timer, metrics }: Entry): void {
    timer.drop();
    metrics.forget();
  }
}
