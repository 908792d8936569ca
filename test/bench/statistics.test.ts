import { describe, expect, it } from 'vitest';
import { pairedRatios, quantile, spread } from '../../bench/measuring/statistics';

describe('a spread', () => {
  it('has the middle of an odd number of values, whatever their order', () => {
    expect(spread([30, 4, 100])).toEqual({ median: 30, least: 4, greatest: 100 });
  });

  it('has the mean of the two in the middle of an even number', () => {
    expect(spread([8, 1, 2, 4])).toEqual({ median: 3, least: 1, greatest: 8 });
  });

  it('of nothing is an error', () => {
    expect(() => spread([])).toThrow(RangeError);
  });
});

describe('paired ratios', () => {
  it('compare within a round', () => {
    expect(pairedRatios([10, 30], [5, 10])).toEqual([2, 3]);
  });

  it('leave out rounds that only one has', () => {
    expect(pairedRatios([10, 30, 50], [5])).toEqual([2]);
  });
});

describe('a quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it('is the value below which that share lies', () => {
    expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1)]).toEqual([50, 99, 100]);
  });

  it('of few values is one of them', () => {
    expect([quantile([7], 0.99), quantile([7, 9], 0)]).toEqual([7, 7]);
  });
});
