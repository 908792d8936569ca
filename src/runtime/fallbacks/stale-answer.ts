import type { Answer } from '../../passes';
import { ageOf, type StoredAnswer } from './stale-store';

/** What tells a client and everybody between that an earlier answer is given (RFC 9211, section 2). */
const CACHE_STATUS = 'spillway; fwd=stale; detail=fallback';

/**
 * An earlier answer as it is given again: its own status and fields, its age (RFC 9111, section 5.1), and where it does
 * not say how long it may be kept by others, that it may not.
 * @param headers - the user's own, in place of those of the answer
 */
export function staleAnswer(stored: StoredAnswer, headers: Readonly<Record<string, string>>, now: number): Answer {
  const fields = new Map(Object.entries({ 'Cache-Control': 'no-store', ...stored.headers }).map(named));
  const before = fields.get('cache-status')?.[1];
  fields.set('age', ['Age', String(Math.floor(ageOf(stored, now) / 1_000))]);
  fields.set('cache-status', ['Cache-Status', before === undefined ? CACHE_STATUS : `${before}, ${CACHE_STATUS}`]);
  for (const field of Object.entries(headers)) fields.set(...named(field));
  const contentType = fields.has('content-type') ? undefined : stored.contentType;
  return { contentType, body: stored.body, headers: Object.fromEntries(fields.values()) };
}

function named(field: [string, string]): [string, [string, string]] {
  return [field[0].toLowerCase(), field];
}
