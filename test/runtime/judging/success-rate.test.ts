import fc from 'fast-check';
import { expect, it } from 'vitest';
import { outliersOf } from '../../../src/runtime/judging';

const SETTINGS = { minimumRequests: 100, minimumTargets: 5, deviations: 1.9 };

const rates = (...percents: number[]) => percents.map((percent) => ({ total: 1_000, succeeded: percent * 10 }));

it('finds a target that succeeds less often than the others', () => {
  expect(outliersOf(rates(99, 98, 70, 99, 99), SETTINGS)).toEqual([2]);
});

it('finds none where all fail alike', () => {
  expect(outliersOf(rates(50, 51, 49, 50, 50), { ...SETTINGS, deviations: 2.5 })).toEqual([]);
  for (const percent of [0, 33.3, 90, 100])
    expect(outliersOf(rates(...Array(7).fill(percent)), { ...SETTINGS, deviations: 0.1 })).toEqual([]);
});

it('looks at targets with enough requests, and only where there are enough of them', () => {
  const few = { total: 99, succeeded: 0 };
  expect(outliersOf([...rates(99, 98, 99, 99), few], SETTINGS)).toEqual([]);
  expect(outliersOf([few, ...rates(99, 98, 99, 99, 60)], SETTINGS)).toEqual([5]);
});

it('never finds the best one, nor all', () => {
  const counts = fc.record({
    total: fc.integer({ min: 1, max: 500 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const list = fc.array(counts, { maxLength: 30 });
  fc.assert(
    fc.property(list, fc.double({ min: 0.1, max: 10, noNaN: true }), (all, deviations) => {
      const judged = all.map(({ total, part }) => ({ total, succeeded: Math.floor(total * part) }));
      const found = outliersOf(judged, { minimumRequests: 50, minimumTargets: 2, deviations });
      const rateOf = ({ total, succeeded }: { total: number; succeeded: number }) => succeeded / total;
      const enough = judged.filter(({ total }) => total >= 50);
      const best = Math.max(...enough.map(rateOf));
      for (const place of found) {
        expect(judged[place].total).toBeGreaterThanOrEqual(50);
        expect(rateOf(judged[place])).toBeLessThan(best);
      }
    }),
  );
});
