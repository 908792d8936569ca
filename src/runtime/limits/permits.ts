/**
 * Permits of one limit, as one process uses them: connections of a listener, requests of a tier. The limit belongs to
 * the instance; where several processes serve it, each has some of the permits on loan, and the sum of what they use is
 * never more than the limit. All calls return at once.
 *
 * A `false` of {@link tryAcquire} is right where {@link exhausted} holds. Else permits may be with another process: whoever
 * can wait a moment (a queue; a connection that is not read from) says how many wait with {@link want}, and is refused only
 * where the instance has none left, but for those that are on their way between processes. Whoever cannot wait is refused,
 * and the next one finds what that brought.
 *
 * ```ts
 * if (permits.tryAcquire()) return begin(request);
 * if (permits.exhausted && !mayQueue) return refuse(request);
 * queue.push(request);
 * permits.want(queue.length);
 * // onMore: while (queue.length > 0 && permits.tryAcquire()) begin(queue.shift()); then permits.want(queue.length)
 * // onNone: refuse those that may not queue; then permits.want(queue.length)
 * ```
 */
export interface Permits {
  /** How many may be in use at once, in all processes together. */
  readonly limit: number;
  /** How many are in use in this process. */
  readonly inUse: number;
  /**
   * Whether a refusal now would be right: as far as this process can know, no permit is left in the whole instance.
   * `false` while the instance has not been asked, or has not answered; it answers within {@link PERMIT_ANSWER_MS}.
   */
  readonly exhausted: boolean;
  /** Who is told when to try again; at most one, which stays when a reload changes the limit. Left out: nobody. */
  user: PermitsUser | undefined;
  /** Takes a permit, if there is one. Every `true` is to be followed by one {@link release}. */
  tryAcquire(): boolean;
  /** Gives a permit back. May call {@link PermitsUser.onMore} before it returns. */
  release(): void;
  /**
   * Says how many wait for a permit now, after each change; 0 once nobody does. As long as somebody waits, permits are
   * brought from other processes, and the user is told; never before this returns.
   */
  want(waiting: number): void;
  /**
   * Counts what was in use before there was a limit, such as connections when a reload brings one. It may take the sum
   * beyond the limit; then nothing more is given until it is below. Each one is to be released.
   */
  occupy(count: number): void;
}

/** One who waits for permits. */
export interface PermitsUser {
  /** There may be permits again: {@link Permits.tryAcquire} is worth a try, as long as it says `true`. */
  onMore(): void;
  /**
   * The instance has none left, or did not answer in time. Whoever goes on to {@link Permits.want} is told of the next
   * ones.
   */
  onNone(): void;
}

/**
 * How long an answer of the instance may take before whoever waits for a permit is told that there is none, in
 * milliseconds. It takes less than one as a rule; to wait is better than to be refused while there is room.
 */
export const PERMIT_ANSWER_MS = 250;
