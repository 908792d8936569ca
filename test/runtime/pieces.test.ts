import { expect, it } from 'vitest';
import { Pieces } from '../../src/runtime/pieces';

it('gives others their turn once a piece has taken 5 ms, and not before', async () => {
  let now = 0;
  const pieces = new Pieces(() => now);
  let turns = 0;
  const count = () => {
    turns += 1;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  const seen: number[] = [];
  for (const taken of [2, 2, 2, 2, 4]) {
    now += taken;
    await pieces.next();
    seen.push(turns);
  }
  clearImmediate(immediate);
  expect(seen).toEqual([0, 0, 1, 1, 2]);
});
