import { expect, it } from 'vitest';
import { OwnRateLimit } from '../../../src/runtime/limits/own-rate-limit';

const takes = (limit: OwnRateLimit, key: string, times: number, now: number) =>
  Array.from({ length: times }, () => limit.take(key, now)).filter((answer) => answer === 'yes').length;

it('lets a burst pass, then what comes in time, for each key on its own', () => {
  const limit = new OwnRateLimit({ perSecond: 10, burst: 5 });
  expect(takes(limit, 'a', 20, 1000)).toBe(5);
  expect(takes(limit, 'b', 20, 1000)).toBe(5);
  expect(takes(limit, 'a', 20, 1099)).toBe(0);
  expect(takes(limit, 'a', 20, 1100)).toBe(1);
  expect(takes(limit, 'a', 20, 1400)).toBe(3);
  expect(takes(limit, 'a', 20, 60_000)).toBe(5);
});

it('tells how many are left, and when the next one comes', () => {
  const limit = new OwnRateLimit({ perSecond: 0.1, burst: 2 });
  expect([limit.remaining('a', 0), limit.nextIn('a', 0)]).toEqual([2, 0]);
  limit.take('a', 0);
  expect([limit.remaining('a', 0), limit.nextIn('a', 0)]).toEqual([1, 0]);
  limit.take('a', 0);
  expect([limit.remaining('a', 2_500), limit.nextIn('a', 2_500)]).toEqual([0, 7_500]);
  expect([limit.remaining('a', 10_000), limit.nextIn('a', 10_000)]).toEqual([1, 0]);
});

it('lets a fraction of a token add up to a whole one', () => {
  const limit = new OwnRateLimit({ perSecond: 100, burst: 1 });
  limit.take('a', 0);
  for (let now = 1; now < 10; now++) expect(limit.take('a', now)).toBe('no');
  expect(limit.take('a', 10)).toBe('yes');
});

it('forgets a bucket that has given little before one that has given much, where there are too many', () => {
  const limit = new OwnRateLimit({ perSecond: 0.001, burst: 3 }, 2);
  takes(limit, 'much', 3, 0);
  takes(limit, 'little', 1, 0);
  limit.take('third', 0);
  expect([limit.remaining('much', 0), limit.remaining('little', 0), limit.remaining('third', 0)]).toEqual([0, 3, 2]);
});

it('goes by another rate once it has one, with no more than that holds', () => {
  const limit = new OwnRateLimit({ perSecond: 1, burst: 10 });
  limit.take('a', 0);
  limit.rate = { perSecond: 1, burst: 3 };
  expect(takes(limit, 'a', 20, 0)).toBe(3);
});
