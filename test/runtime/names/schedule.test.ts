import fc from 'fast-check';
import { expect, it } from 'vitest';
import { afterAnswer, afterFailure, LEAST_MS, MOST_MS } from '../../../src/runtime/names/schedule';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const most = fc.integer({ min: 1_000, max: 3_600_000 });
const ttl = fc.option(fc.integer({ min: 0, max: 2 ** 31 * 1000 }), { nil: undefined });

it('asks again when the TTL is over, not before, unless the description wants it sooner', () => {
  fc.assert(
    fc.property(ttl, most, random, (ttlMs, mostMs, draw) => {
      const delay = afterAnswer(ttlMs, mostMs, draw);
      expect(delay).toBeLessThanOrEqual(mostMs);
      expect(delay).toBeGreaterThanOrEqual(0.9 * Math.min(Math.max(ttlMs ?? 10_000, LEAST_MS), mostMs));
      if (ttlMs !== undefined && delay < 0.9 * mostMs) expect(delay).toBeGreaterThanOrEqual(ttlMs);
    }),
  );
});

it.each([
  ['a TTL of 0 is a second', 0, MOST_MS, 1_000],
  ['a TTL', 60_000, MOST_MS, 60_000],
  ['a long TTL is five minutes', 86_400_000, MOST_MS, 300_000],
  ['no TTL is ten seconds', undefined, MOST_MS, 10_000],
  ['a long TTL within the interval', 60_000, 5_000, 5_000],
])('%s', (_, ttlMs, mostMs, delay) => {
  expect(afterAnswer(ttlMs, mostMs, 0)).toBe(delay);
});

it('waits longer with each failure, up to half a minute or what the description wants', () => {
  const delays = (mostMs: number) => [1, 2, 3, 4, 5, 6, 7, 2_000].map((failures) => afterFailure(failures, mostMs, 0));
  expect(delays(MOST_MS)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(delays(5_000)).toEqual([1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000, 5_000]);
});

it('spreads what was asked for together', () => {
  expect([afterAnswer(60_000, MOST_MS, 0.5), afterFailure(2, MOST_MS, 0.5)]).toEqual([63_000, 1_900]);
});
