import type { Outcome } from '../telemetry';
import type { Breaker, BreakerReason } from './breaker';
import type { Judged } from './court';
import type { Ejection, EjectionReason } from './ejection';
import { resultOf } from './result';

/** Who draws the conclusions from what real requests say of a target. */
export interface JudgeOwner {
  /** The time, on the clock of the timers. */
  now(): number;
  /** It has had enough failures to be ejected. */
  shouldEject(judge: Judge, reason: EjectionReason): void;
  /** The state of its breaker has changed. @param reason - why it opened; `undefined` where it closed */
  breakerChanged(breaker: Breaker, reason: BreakerReason | undefined): void;
  /** The target belongs to another tier from now on. */
  moved(judge: Judge): void;
}

/** Judges a target by its real requests, by the words of its pool. */
export class Judge {
  constructor(
    private readonly owner: JudgeOwner,
    readonly target: Judged,
    /** `undefined` where its pool ejects none. */
    readonly ejection: Ejection | undefined,
    /** Its own or its tier's; `undefined` where its pool has none. */
    public breaker: Breaker | undefined,
  ) {}

  /** Whether it may be sent requests. */
  get admits(): boolean {
    return this.ejection?.ejected !== true && this.breaker?.admits !== false;
  }

  /** A request is being sent. @returns what to hand to {@link ended} */
  began(): number {
    return this.breaker?.began() ?? 0;
  }

  /** What began has come to its end. @param round - what {@link began} returned; left out: it began just now */
  ended(outcome: Outcome, status: number, round = this.breaker?.round ?? 0): void {
    const { ejection, breaker, owner } = this;
    const result = resultOf(outcome, status);
    if (breaker !== undefined) {
      const { state } = breaker;
      const reason = breaker.ended(result && result !== 'success', round, owner.now());
      if (breaker.state !== state) owner.breakerChanged(breaker, reason);
    }
    const eject = result && ejection?.record(result);
    if (eject !== undefined) owner.shouldEject(this, eject);
  }

  /** The target belongs to another tier from now on. */
  moved(): void {
    this.owner.moved(this);
  }
}
