import { expect, it } from 'vitest';
import { HealthState } from '../../../src/runtime/health';

const THRESHOLDS = { healthyThreshold: 2, unhealthyThreshold: 3 };

/** Records `.` for success and `x` for failure; tells the state after each. */
function play(results: string, trusted = true): string {
  const state = new HealthState(() => 0);
  if (trusted) state.trust();
  const states = [...results].map((one) => {
    state.record(one === 'x' ? 'refused' : undefined, THRESHOLDS);
    return state.up ? 'u' : 'd';
  });
  return states.join('');
}

it('starts as up where it is trusted, goes down after so many failures in a row, and comes up after so many successes', () => {
  expect(play('xxx..')).toBe('uuddu');
});

it('counts only what comes in a row', () => {
  expect(play('xx.xx.xxx')).toBe('uuuuuuuud');
  expect(play('xxx.x.x..')).toBe('uuddddddu');
});

it('tells when it changed, and since when it is so', () => {
  let now = 5;
  const state = new HealthState(() => now);
  state.trust();
  now = 7;
  expect([1, 2, 3].map(() => state.record('refused', THRESHOLDS))).toEqual([false, false, true]);
  expect([state.since, state.lastError]).toEqual([7, 'refused']);
  state.record(undefined, THRESHOLDS);
  expect(state.lastError).toBe(undefined);
});

it('is up after one success where it is not trusted, and never before', () => {
  expect(new HealthState()).toMatchObject({ up: false, joining: true });
  expect(play('.', false)).toBe('u');
  expect(play('xxxx.xxx.', false)).toBe('dddduuudd');
});

it('is not trusted once a probe has spoken', () => {
  const state = new HealthState();
  state.record('refused', THRESHOLDS);
  state.trust();
  expect(state.up).toBe(false);
  for (const error of [undefined, 'refused', 'refused', 'refused']) state.record(error, THRESHOLDS);
  state.trust();
  expect(state.up).toBe(false);
});
