import { type AttemptFailure, isIdempotent, isSafe } from '../../model';
import type { Choice, Target } from '../upstream';
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
  sticky: string | undefined;
  now = 0;
  private last: Target | undefined;
  private route!: ServedRoute;

  /** Starts with a new request. */
  begin(route: ServedRoute, method: string, now: number): void {
    this.route = route;
    this.deadline = now + route.requestTimeout;
    this.sent = false;
    this.safe = isSafe(method);
    this.now = now;
    this.repeatable = route.nonIdempotent || isIdempotent(method);
    this.count = 0;
    this.tried = NONE;
    this.last = undefined;
  }

  /** The target of the first attempt; `undefined` where none is available. */
  first(now: number): Target | undefined {
    this.route.budget.deposit(now);
    return this.take();
  }

  /** The target of another attempt after a failure; `undefined` where there may be none. */
  next(failure: AttemptFailure | number, whole: boolean, now: number): Target | undefined {
    const { retryOn, metrics, budget } = this.route;
    if (!retryOn.has(failure)) return undefined;
    const forbidden = this.forbidden(whole, now);
    if (forbidden !== undefined) {
      metrics.retrySuppressed(forbidden);
      return undefined;
    }
    const target = this.take();
    if (target === undefined) return undefined;
    budget.withdraw(now);
    metrics.retried(String(failure));
    return target;
  }

  /** Nothing is hashed. */
  hash(): undefined {}

  private take(): Target | undefined {
    // The list grows with the second attempt, which most requests never make.
    if (this.last !== undefined) this.tried = [...this.tried, this.last];
    const target = this.route.next(this);
    this.last = target;
    if (target !== undefined) this.count += 1;
    return target;
  }

  private forbidden(whole: boolean, now: number): string | undefined {
    if (this.count >= this.route.attempts) return 'attempts';
    if (now >= this.deadline) return 'deadline';
    if (this.sent && !this.repeatable) return 'method';
    if (this.sent && !whole) return 'body';
    return this.route.budget.allows(now) ? undefined : 'budget';
  }
}
