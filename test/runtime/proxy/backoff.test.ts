import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from '../../../src/runtime/proxy/backoff';

it('waits for up to a bound that doubles with each attempt', () => {
  const bounds = [1, 2, 3, 4, 5].map((attempts) => backoffMs({ base: 25, max: 250 }, attempts, 1));
  expect(bounds).toEqual([25, 50, 100, 200, 250]);
});

it('never waits longer than the bound of the description', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), random, (attempts, share) => {
      const wait = backoffMs({ base: 25, max: 250 }, attempts, share);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(250);
    }),
  );
});
