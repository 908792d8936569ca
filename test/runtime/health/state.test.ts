import { expect, it } from 'vitest';
import { HealthState } from '../../../src/runtime/health';

const THRESHOLDS = { healthyThreshold: 2, unhealthyThreshold: 3 };

/** Records `.` for success and `x` for failure; tells the state after each. */
function play(results: string): string {
  const state = new HealthState(() => 0);
  const states = [...results].map((one) => {
    state.record(one === 'x' ? 'refused' : undefined, THRESHOLDS);
    return state.up ? 'u' : 'd';
  });
  return states.join('');
}

it('starts as up, goes down after so many failures in a row, and comes up after so many successes', () => {
  expect(play('xxx..')).toBe('uuddu');
});

it('counts only what comes in a row', () => {
  expect(play('xx.xx.xxx')).toBe('uuuuuuuud');
  expect(play('xxx.x.x..')).toBe('uuddddddu');
});

it('tells when it changed, and since when it is so', () => {
  let now = 5;
  const state = new HealthState(() => now);
  now = 7;
  expect([1, 2, 3].map(() => state.record('refused', THRESHOLDS))).toEqual([false, false, true]);
  expect([state.since, state.lastError]).toEqual([7, 'refused']);
  state.record(undefined, THRESHOLDS);
  expect(state.lastError).toBe(undefined);
});
