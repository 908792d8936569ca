/** How much may pass: a token bucket, full at the start. */
export interface Rate {
  /** How fast tokens come, in tokens a second; above 0, may be a fraction. */
  readonly perSecond: number;
  /** How many tokens a bucket holds, and so how many may pass at once; at least 1. */
  readonly burst: number;
}

/**
 * One rate limit, with a bucket for each key: a client's address, or whatever the route names. It belongs to the
 * instance: where several processes serve it, a client gets the whole rate, whichever of them it meets, and never more
 * than `burst` and what has come since; less by about one token for each process at most.
 *
 * ```ts
 * switch (limit.take(key, now)) {
 *   case 'yes': return goOn(request);
 *   case 'no': return refuse(request, limit.nextIn(key, now));
 *   case 'ask': return limit.whenDecided(key, request, now); // calls request.onDecided(passes)
 * }
 * ```
 *
 * `now` is in milliseconds of a monotonic clock, always the same one.
 */
export interface RateLimit {
  readonly rate: Rate;
  /**
   * Takes a token. `ask`: this process does not know; nothing was taken, and {@link whenDecided} is to be called in the
   * same turn. One process alone always knows.
   */
  take(key: string, now: number): 'yes' | 'no' | 'ask';
  /** Asks the instance; the waiter is told once, never before this returns, within {@link TOKEN_ANSWER_MS}. */
  whenDecided(key: string, waiter: RateWaiter, now: number): void;
  /** The waiter is not to be told any more. */
  leave(key: string, waiter: RateWaiter): void;
  /** Whole tokens that are left, as far as this process knows: for `RateLimit`'s `r`. */
  remaining(key: string, now: number): number;
  /** Milliseconds until there is a token, as far as this process knows; 0 where there is one: for `Retry-After`, rounded up. */
  nextIn(key: string, now: number): number;
}

/** One who waits for the decision of the instance. */
export interface RateWaiter {
  /** @param passes - whether a token was taken */
  onDecided(passes: boolean): void;
}

/**
 * How long an answer of the instance may take before a process lets a request pass by itself or refuses it, in
 * milliseconds: it delays the request.
 */
export const TOKEN_ANSWER_MS = 5;
