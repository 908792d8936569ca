import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HealthState } from '../../../src/runtime/health';
import { FlapDamping } from '../../../src/runtime/health/flap-damping';

const SETTINGS = { changes: 3, window: 60_000, holdDown: 30_000 };

/** Has a target change at these times, in seconds; tells how long it is held by each, in seconds. */
function holds(...seconds: number[]): number[] {
  const damping = new FlapDamping();
  return seconds.map((at) => {
    damping.look(at * 1_000);
    return damping.changed(at * 1_000, SETTINGS) ? damping.ms / 1_000 : 0;
  });
}

it('holds a target down that changes too often within the window', () => {
  expect(holds(0, 10, 20)).toEqual([0, 0, 30]);
  expect(holds(0, 30, 60, 70)).toEqual([0, 0, 0, 30]);
});

it('counts no changes while it holds, and begins anew afterwards', () => {
  expect(holds(0, 1, 2, 3, 4, 5, 32, 33, 34)).toEqual([0, 0, 30, 0, 0, 0, 0, 0, 60]);
});

it('holds twice as long each time in a row, up to ten times', () => {
  const times: number[] = [];
  let at = 0;
  const lengths = [30, 60, 120, 240, 300, 300];
  for (const length of lengths) {
    times.push(at, at + 1, at + 2);
    at += 2 + length + 60;
  }
  expect(holds(...times)).toEqual(lengths.flatMap((length) => [0, 0, length]));
});

it('begins with the shortest once the target was quiet for a window', () => {
  expect(holds(0, 1, 2, 93, 94, 95)).toEqual([0, 0, 30, 0, 0, 30]);
});

it('lets go of the target when its time is over, and no sooner', () => {
  const damping = new FlapDamping();
  for (const at of [0, 1, 2]) damping.changed(at, SETTINGS);
  damping.look(30_001);
  expect(damping.held).toBe(true);
  damping.look(30_002);
  expect(damping.held).toBe(false);
});

const THRESHOLDS = { healthyThreshold: 1, unhealthyThreshold: 1, flapDamping: SETTINGS };

/** Records `.` for success and `x` for failure, a second apart; tells the state after each. */
function play(results: string): string {
  let now = 0;
  const state = new HealthState(
    () => 0,
    () => now,
  );
  state.trust();
  const states = [...results].map((one) => {
    state.record(one === 'x' ? 'refused' : undefined, THRESHOLDS);
    now += 1_000;
    return state.up ? 'u' : state.held ? 'h' : 'd';
  });
  return states.join('');
}

it('goes by what the last probes said once it is let go of', () => {
  expect(play(`x.x${'.'.repeat(31)}`)).toBe(`du${'h'.repeat(30)}uu`);
  expect(play(`x.x${'.'.repeat(20)}${'x'.repeat(11)}`)).toBe(`du${'h'.repeat(30)}dd`);
});

it('does not damp the first time that a target comes up', () => {
  const state = new HealthState();
  for (const error of [undefined, 'refused', undefined])
    state.record(error, { ...THRESHOLDS, flapDamping: { ...SETTINGS, changes: 3 } });
  expect([state.up, state.held]).toEqual([true, false]);
});

it('bounds how often a target changes, whatever its probes say', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 400 }), (results) => {
      const seen = play(results.map((good) => (good ? '.' : 'x')).join(''));
      const changes: number[] = [];
      const isUp = (at: number) => at < 0 || seen[at] === 'u';
      for (let at = 0; at < seen.length; at++) if (isUp(at) !== isUp(at - 1)) changes.push(at);
      // Within the length of a hold: the change with which one ends, and those that lead to the next.
      for (const at of changes)
        expect(changes.filter((one) => one >= at && one < at + 30).length).toBeLessThanOrEqual(SETTINGS.changes + 1);
    }),
  );
});
