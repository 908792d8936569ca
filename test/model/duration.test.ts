import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/model';

it('reads a number with each of the units', () => {
  expect(['250ms', '1.5s', '5m', '2h', '30d'].map(parseDuration)).toEqual([
    250, 1_500, 300_000, 7_200_000, 2_592_000_000,
  ]);
});

it('refuses what has no unit, a wrong unit or a sign', () => {
  expect(['5', '5 s', '-5s', '5sec', '', 's'].map(parseDuration)).toEqual(Array(6).fill(undefined));
});

it('writes every duration so that it reads back the same', () => {
  fc.assert(fc.property(fc.nat(), (ms) => parseDuration(formatDuration(ms)) === ms));
});
