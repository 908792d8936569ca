import type { Pool } from '../../model';
import type { Breaker, BreakerReason } from './breaker';
import type { Court, Judged } from './court';
import type { EjectionReason } from './ejection';
import { Judge, type JudgeOwner } from './judge';
import { PoolBreakers } from './pool-breakers';
import { PoolEjections } from './pool-ejections';
import type { Verdict } from './verdict';

/** Judges the targets of a pool by their real requests, as its words say. */
export class PoolJudges implements JudgeOwner {
  private readonly ejections: PoolEjections | undefined;
  private readonly breakers: PoolBreakers | undefined;
  private stopped = false;

  constructor(
    private readonly court: Court,
    name: string,
    { outlierEjection, circuitBreaker }: Pick<Pool, 'outlierEjection' | 'circuitBreaker'>,
  ) {
    this.ejections = outlierEjection && new PoolEjections(court, name, outlierEjection);
    this.breakers = circuitBreaker && new PoolBreakers(court, name, circuitBreaker);
  }

  /** @param earlier - who judged it under an earlier description; it goes on from there */
  join(target: Judged, earlier: Judge | undefined): Judge | undefined {
    const ejection = this.ejections?.join(target, earlier?.ejection);
    const breaker = this.breakers?.join(target, earlier?.breaker);
    return ejection === undefined && breaker === undefined ? undefined : new Judge(this, target, ejection, breaker);
  }

  /** The target was discovered, and is there no more. */
  leave({ target, breaker }: Judge): void {
    this.ejections?.leave(target);
    if (breaker !== undefined) this.breakers?.leave(breaker);
  }

  stop(): void {
    this.stopped = true;
    this.ejections?.stop();
    this.breakers?.stop();
  }

  now(): number {
    return this.court.wheel.now;
  }

  shouldEject({ target }: Judge, reason: EjectionReason): void {
    if (!this.stopped) this.ejections?.consider(target, reason);
  }

  breakerChanged(breaker: Breaker, reason: BreakerReason | undefined): void {
    if (!this.stopped) this.breakers?.changed(breaker, reason);
  }

  moved(judge: Judge): void {
    const { breaker } = judge;
    if (breaker === undefined || this.breakers === undefined) return;
    const { scope } = breaker;
    this.breakers.leave(breaker);
    // That of a tier stays with the tier.
    judge.breaker = this.breakers.join(judge.target, scope === 'tier' ? undefined : breaker);
  }

  /**
   * Another process tells what it has concluded.
   * @param target - whom it is about; `undefined` where it is about a tier, or a target that is not known here
   */
  told(verdict: Verdict, target: Judged | undefined): void {
    if (verdict.kind === 'opened' || verdict.kind === 'closed') this.breakers?.told(verdict);
    else if (target === undefined) return;
    else if (verdict.kind === 'ejected') this.ejections?.told(target, verdict);
    else this.ejections?.comeBack(target);
  }

  /** Whether a target may be ejected, or is so. */
  mayEject(target: Judged): boolean {
    return this.ejections?.admits(target) === true;
  }

  /** What holds now. */
  get verdicts(): Verdict[] {
    return [...(this.ejections?.verdicts ?? []), ...(this.breakers?.verdicts ?? [])];
  }
}
