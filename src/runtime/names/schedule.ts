/** The soonest that a name is asked for again, in milliseconds: a TTL of 0 does not mean a question for each request. */
export const LEAST_MS = 1_000;
/** The latest that a host is asked for again, in milliseconds, whatever its TTL. */
export const MOST_MS = 300_000;
/** How long an answer without a TTL is good, in milliseconds. */
const UNTOLD_MS = 10_000;
/** The longest time between two questions while none is answered, in milliseconds. */
const RETRY_MOST_MS = 30_000;
/** Share of a time by which it varies, so that names learnt together are not asked for together ever after. */
const JITTER = 0.1;

/**
 * When to ask again after an answer: once its TTL is over and not before, since a name server that caches would only give the
 * rest of it; but within `mostMs`.
 * @param random - from 0 up to 1
 */
export function afterAnswer(ttlMs: number | undefined, mostMs: number, random: number): number {
  const good = Math.max(ttlMs ?? UNTOLD_MS, LEAST_MS);
  return Math.min(good * (1 + JITTER * random), mostMs * (1 - JITTER * random));
}

/**
 * When to ask again after so many failures in a row: later each time.
 * @param random - from 0 up to 1
 */
export function afterFailure(failures: number, mostMs: number, random: number): number {
  const delay = Math.min(LEAST_MS * 2 ** Math.min(failures - 1, 16), RETRY_MOST_MS, mostMs);
  return delay * (1 - JITTER * random);
}
