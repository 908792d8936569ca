import { beforeEach, expect, it } from 'vitest';
import { Restarts } from '../../../src/runtime/processes/restarts';

let now: number;
let restarts: Restarts;
beforeEach(() => {
  now = 0;
  restarts = new Restarts(() => now);
});

function dieAfter(lifetime: number): number {
  restarts.started();
  now += lifetime;
  return restarts.delay();
}

it('waits twice as long after each early death in a row, up to a limit', () => {
  expect(Array.from({ length: 8 }, () => dieAfter(50))).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

it('begins anew after a worker that had settled', () => {
  dieAfter(50);
  dieAfter(50);
  expect(dieAfter(60_000)).toBe(100);
});
