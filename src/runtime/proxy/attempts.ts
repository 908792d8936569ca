import { type AttemptFailure, isIdempotent, isSafe } from '../../model';
import type { Course } from '../policies';
import type { Choice, Gate, Pool, Target, Tier } from '../upstream';
import type { ServedRoute } from './served-route';

const NONE: readonly Target[] = [];

/** Decides which target a request is sent to, and whether it may be sent to another. */
export class Attempts implements Choice {
  /** When all attempts together must have led to a response, on the clock of the timers. */
  deadline = 0;
  /** Whether anything of the request has been sent to a target. */
  sent = false;
  /** Whether the request may be sent again once a target may have seen it. */
  repeatable = false;
  /** How many there were. */
  count = 0;
  tried: readonly Target[] = NONE;
  safe = true;
  /** Whether there was no other target, so that those that are thought to be down are tried where a pool may panic. */
  lastResort = false;
  now = 0;
  /** Where the target that was chosen last gave a place; `undefined` where it has no limit. */
  gate: Gate | undefined;
  /** The tier that would serve and has no place; `undefined` where that is not why there was no target. */
  full: Tier | undefined;
  /** Whether a tier was passed over because it had no place. */
  shed = false;
  private passed: Tier[] | undefined;
  private last: Target | undefined;
  /** Why the next attempt is made, which takes from the budget; `undefined` for the first. */
  private owed: string | undefined;
  private route!: ServedRoute;
  private course: Course | undefined;
  /** How many there may be. */
  private most = 0;
  private pools: readonly Pool[] = [];

  /** Starts with a new request. */
  begin(route: ServedRoute, course: Course | undefined, method: string, now: number): void {
    this.route = route;
    this.course = course;
    this.pools = course?.pools ?? route.pools;
    this.deadline = now + route.requestTimeout;
    this.sent = false;
    this.repeatable = route.nonIdempotent || isIdempotent(method);
    this.safe = isSafe(method);
    this.lastResort = false;
    this.now = now;
    this.count = 0;
    this.most = route.attempts;
    this.tried = NONE;
    this.last = undefined;
    this.owed = undefined;
    this.shed = false;
    this.passed = undefined;
  }

  get sticky(): string | undefined {
    return this.course?.sticky;
  }

  hash(key: string): number | undefined {
    return this.course?.hashes.get(key);
  }

  /** The target of the first attempt; `undefined` where none is available, or {@link full} says why. */
  first(now: number): Target | undefined {
    this.now = now;
    this.route.budget.deposit(now);
    return this.take();
  }

  /**
   * The target that is tried before the one whose turn it is, so that it is known to work: the first behind the tier that
   * serves. It counts as no attempt, and its failure costs nothing.
   */
  rehearsal(): Target | undefined {
    let serving: Tier | undefined;
    for (const { tiers } of this.pools) {
      for (const tier of tiers) {
        if (!tier.serves(this)) continue;
        if (serving === undefined) {
          serving = tier;
          continue;
        }
        this.gate = tier.gate;
        // A rehearsal is the first to stand back.
        if (this.gate?.tryEnter('sheddable') === false) return undefined;
        const target = tier.next(this);
        if (target === undefined) this.gate?.leave(0, false);
        else this.last = target;
        return target;
      }
    }
    return undefined;
  }

  /** Whether another target may be tried after a failure. Why it may not is counted. */
  allows(failure: AttemptFailure | number, whole: boolean, now: number): boolean {
    const { retryOn, metrics } = this.route;
    if (!retryOn.has(failure)) return false;
    const forbidden = this.forbidden(whole, now);
    if (forbidden === undefined) return true;
    metrics.retrySuppressed(forbidden);
    return false;
  }

  /** The target of another attempt that is allowed; `undefined` as in {@link first}. */
  next(reason: AttemptFailure | number | 'hedge', now: number): Target | undefined {
    this.now = now;
    this.owed = String(reason);
    return this.take();
  }

  /** Whether the request may leave a target that will hardly answer, for another that is available. */
  mayMove(whole: boolean, now: number): boolean {
    if (!this.route.retryOn.has('timeout') || this.forbidden(whole, now) !== undefined) return false;
    return this.pools.some(({ available }) => available);
  }

  /** Whether a second target may be asked while the first is slow. */
  mayHedge(whole: boolean, now: number): boolean {
    return this.repeatable && this.forbidden(whole, now) === undefined;
  }

  /** Whether what has been sent forbids to send the request again. */
  final(whole: boolean): boolean {
    return this.sent && !(this.repeatable && whole);
  }

  /** The tier that was {@link full} is not waited for any longer. */
  pass(): void {
    if (this.full === undefined) return;
    this.passed ??= [];
    this.passed.push(this.full);
    this.shed = true;
  }

  /** A target again, once there may be a place, or where there was none. */
  again(now: number): Target | undefined {
    this.now = now;
    return this.choose();
  }

  /**
   * Goes on with another pool, whatever was tried before. What failed may have taken all the time that there was, so there
   * is time for one attempt.
   */
  turnTo(pool: Pool, now: number): void {
    this.deadline = Math.max(this.deadline, now + this.route.responseTimeout);
    this.pools = [pool];
    this.tried = NONE;
    this.last = undefined;
    this.passed = undefined;
    this.lastResort = false;
    this.most = this.count + this.route.attempts;
  }

  /** A place in the tier that was {@link full} was given. */
  admitted(now: number): Target | undefined {
    this.now = now;
    const tier = this.full;
    const target = tier?.next(this);
    this.gate = tier?.gate;
    if (target !== undefined) return this.chosen(target);
    tier?.gate?.leave(0, false);
    this.pass();
    return this.choose();
  }

  private take(): Target | undefined {
    // The list grows with the second attempt, which most requests never make.
    if (this.last !== undefined) this.tried = [...this.tried, this.last];
    this.last = undefined;
    return this.choose();
  }

  private choose(): Target | undefined {
    const target = this.amongTiers();
    if (target !== undefined || this.full !== undefined) return target;
    if (this.lastResort || !this.pools.some(({ mayPanic }) => mayPanic)) return undefined;
    this.lastResort = true;
    return this.amongTiers();
  }

  private amongTiers(): Target | undefined {
    this.gate = undefined;
    this.full = undefined;
    for (const { tiers } of this.pools) {
      for (const tier of tiers) {
        const { gate } = tier;
        if (gate === undefined) {
          const target = tier.next(this);
          if (target !== undefined) return this.chosen(target);
        } else if (this.passed?.includes(tier) !== true && tier.serves(this) && tier.hasLeft(this)) {
          if (!gate.tryEnter(this.route.priorityClass)) {
            this.full = tier;
            return undefined;
          }
          const target = tier.next(this);
          this.gate = gate;
          if (target !== undefined) return this.chosen(target);
          gate.leave(0, false);
          this.gate = undefined;
        }
      }
    }
    return undefined;
  }

  private chosen(target: Target): Target {
    this.last = target;
    this.count += 1;
    if (this.owed !== undefined) this.pay(this.owed);
    return target;
  }

  private pay(reason: string): void {
    this.owed = undefined;
    this.route.budget.withdraw(this.now);
    this.route.metrics.retried(reason);
  }

  private forbidden(whole: boolean, now: number): string | undefined {
    if (this.count >= this.most) return 'attempts';
    if (now >= this.deadline) return 'deadline';
    if (this.sent && !this.repeatable) return 'method';
    if (this.sent && !whole) return 'body';
    return this.route.budget.allows(now) ? undefined : 'budget';
  }
}
