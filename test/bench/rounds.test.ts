import { describe, expect, it } from 'vitest';
import { rotated } from '../../bench/rounds';

describe('the order of a round', () => {
  it('begins with another one each time, and has everybody', () => {
    const orders = [0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''));
    expect(orders).toEqual(['abc', 'bca', 'cab', 'abc']);
  });
});
