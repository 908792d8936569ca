import type { Retry } from '../../model';

/**
 * A random wait before an attempt, in milliseconds: up to a bound that doubles with each ("full jitter"), so that many
 * requests that failed at once do not come back at once.
 * @param attempts - how many were made before, at least 1
 * @param random - from 0 up to 1
 */
export function backoffMs({ base, max }: NonNullable<Retry['backoff']>, attempts: number, random: number): number {
  return random * Math.min(max, base * 2 ** (attempts - 1));
}
