import fc from 'fast-check';
import { expect, it } from 'vitest';
import { slowStartShare } from '../../../src/runtime/balancing';

it.each([
  [0, 1],
  [2_000, 2],
  [5_000, 5],
  [10_000, 10],
  [60_000, 10],
])('after %i ms of 10 s a target of weight 10 has %i', (age, share) => {
  expect(slowStartShare(10, age, 10_000)).toBe(share);
});

it('never falls with time, and is never less than a tenth or more than the weight', () => {
  const time = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      time,
      time,
      fc.integer({ min: 1, max: 50_000 }),
      (weight, a, b, whole) => {
        const [earlier, later] = [Math.min(a, b), Math.max(a, b)].map((age) => slowStartShare(weight, age, whole));
        expect(earlier).toBeGreaterThanOrEqual(weight / 10);
        expect(later).toBeGreaterThanOrEqual(earlier as number);
        expect(later).toBeLessThanOrEqual(weight);
      },
    ),
  );
});

it('holds nothing back where the clock was put back', () => {
  expect(slowStartShare(10, -5, 10_000)).toBe(10);
});
