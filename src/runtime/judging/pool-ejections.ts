import { EjectionMetrics } from '../telemetry';
import { Timer } from '../timers';
import type { Court, Judged } from './court';
import { Ejection, type EjectionReason, type EjectionSettings, mostEjected } from './ejection';
import { outliersOf } from './success-rate';
import type { Verdict } from './verdict';

type Told = Extract<Verdict, { kind: 'ejected' }>;

interface Member {
  readonly target: Judged;
  readonly ejection: Ejection;
  readonly metrics: EjectionMetrics;
  /** Until it comes back. */
  readonly timer: Timer;
  /** Why it was ejected the last time. */
  reason: EjectionReason;
}

/**
 * The ejections of a pool. At most its share is ejected at once, and never a target without which somebody who uses the
 * pool would have none: what fails sometimes is better than nothing.
 */
export class PoolEjections {
  private readonly members = new Map<Judged, Member>();
  private readonly ejected = new Set<Member>();
  private readonly comparison: Timer;

  constructor(
    private readonly court: Court,
    private readonly pool: string,
    private readonly settings: EjectionSettings,
  ) {
    const { successRate } = settings;
    this.comparison = new Timer(court.wheel, () => this.compare());
    if (successRate !== undefined) this.comparison.set(successRate.window);
  }

  /** @param earlier - how it was judged under an earlier description */
  join(target: Judged, earlier: Ejection | undefined): Ejection {
    const { court, settings } = this;
    const ejection = earlier ?? new Ejection(settings);
    ejection.adopt(settings);
    const metrics = new EjectionMetrics(court.registry, court.api, this.pool, target.name);
    const timer = new Timer(court.wheel, () => this.comeBack(target));
    const member: Member = { target, ejection, metrics, timer, reason: 'consecutiveFailures' };
    this.members.set(target, member);
    if (ejection.ejected) {
      this.ejected.add(member);
      metrics.note(true);
      timer.set(Math.max(ejection.until - court.wheel.now, 0));
    }
    return ejection;
  }

  /** It was discovered, and is there no more. */
  leave(target: Judged): void {
    const member = this.members.get(target);
    if (member === undefined) return;
    member.timer.drop();
    member.metrics.forget();
    this.members.delete(target);
    this.ejected.delete(member);
  }

  /** The requests of a target speak against it. */
  consider(target: Judged, reason: EjectionReason): void {
    const { court, pool } = this;
    const member = this.members.get(target);
    if (member === undefined || member.ejection.ejected) return;
    // Looked at again after as many failures more: this may be a long way through all targets.
    if (!this.admits(target)) member.ejection.pardon();
    else {
      const term = member.ejection.next(court.wheel.now);
      this.eject(member, term, reason);
      court.spread({ kind: 'ejected', pool, key: target.key, reason, ...term });
    }
  }

  /** Another process has ejected a target. */
  told(target: Judged, { reason, ms, number }: Told): void {
    const member = this.members.get(target);
    if (member !== undefined && !member.ejection.ejected) this.eject(member, { ms, number }, reason);
  }

  /** Whether it may be ejected, or is so. */
  admits(target: Judged): boolean {
    if (this.members.get(target)?.ejection.ejected) return true;
    return this.ejected.size < mostEjected(this.settings.maxPercent, this.members.size) && this.court.spares(target);
  }

  /** Ends an ejection: its time is over, or it was one too many. */
  comeBack(target: Judged): void {
    const member = this.members.get(target);
    if (!member?.ejection.ejected) return;
    member.timer.clear();
    this.ejected.delete(member);
    member.ejection.comeBack(this.court.wheel.now);
    member.metrics.note(false);
    this.court.tell({ kind: 'ejection', pool: this.pool, target: target.name, state: 'returned' });
    this.court.changed(this.pool);
  }

  /** What holds now. */
  get verdicts(): Verdict[] {
    return [...this.ejected].map(({ target: { key }, ejection: { until, number }, reason }) => {
      return { kind: 'ejected', pool: this.pool, key, reason, ms: Math.max(until - this.court.wheel.now, 0), number };
    });
  }

  stop(): void {
    this.comparison.drop();
    for (const { timer, metrics } of this.members.values()) {
      timer.drop();
      metrics.retire();
    }
  }

  private eject(member: Member, term: { ms: number; number: number }, reason: EjectionReason): void {
    const { court, pool } = this;
    const { target, ejection, metrics, timer } = member;
    ejection.eject(court.wheel.now, term);
    this.ejected.add(member);
    member.reason = reason;
    timer.set(term.ms);
    metrics.note(true);
    metrics.count(reason);
    court.tell({ kind: 'ejection', pool, target: target.name, state: 'ejected', reason, ms: term.ms });
    court.changed(this.pool);
  }

  /** A window of the success rate is over. */
  private compare(): void {
    const { successRate } = this.settings;
    if (successRate === undefined) return;
    this.comparison.set(successRate.window);
    const members = [...this.members.values()].filter(({ ejection }) => !ejection.ejected);
    const counts = members.map(({ ejection }) => ejection.takeCounts());
    for (const place of outliersOf(counts, successRate)) this.consider(members[place].target, 'successRate');
  }
}
