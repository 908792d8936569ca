import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RehearsalState } from '../../../src/runtime/policies/rehearsal-state';

/** Ends rehearsals: `+` well, `-` not. Tells what each has changed. */
function play(state: RehearsalState, outcomes: string, now = 0) {
  return [...outcomes].map((outcome) => state.ended(outcome === '+', now));
}

/** One that has stopped, at time 0. */
function stopped(): RehearsalState {
  const state = new RehearsalState(10);
  play(state, '--');
  return state;
}

describe('while all is well', () => {
  it('admits every request that chance has chosen', () => {
    const state = new RehearsalState(10);
    for (let i = 0; i < 100; i++) expect(state.admits(0)).toBe(true);
  });

  it('bears a share of failures', () => {
    const state = new RehearsalState(10);
    expect(play(state, '+++++++++-'.repeat(20)).filter(Boolean)).toEqual([]);
  });

  it('stops at the first failure where none is borne, and never where all are', () => {
    expect(play(new RehearsalState(0), '-')).toEqual(['stopped']);
    expect(play(new RehearsalState(100), '-'.repeat(300)).filter(Boolean)).toEqual([]);
  });

  it('stops before there are many where the share cannot be kept any more', () => {
    expect(play(new RehearsalState(10), '-+-')).toEqual([undefined, undefined, 'stopped']);
  });

  it('looks at the latest alone', () => {
    const state = new RehearsalState(10);
    const before = `${'+'.repeat(1_000)}${'-'.repeat(10)}`;
    expect(play(state, before).filter(Boolean)).toEqual([]);
    expect(play(state, '+'.repeat(100) + '-'.repeat(10)).filter(Boolean)).toEqual([]);
    expect(play(state, '-')).toEqual(['stopped']);
  });

  it('stops at the first moment at which the share among the latest 100, at least 10, is larger than it may be', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 300, size: 'max' }),
        fc.integer({ min: 0, max: 100 }),
        (outcomes, most) => {
          const state = new RehearsalState(most);
          const stoppedAt = outcomes.findIndex((good) => state.ended(good, 0) === 'stopped');
          const expected = outcomes.findIndex((_, i) => {
            const latest = outcomes.slice(Math.max(0, i - 99), i + 1);
            return (latest.filter((good) => !good).length / Math.max(latest.length, 10)) * 100 > most;
          });
          expect(stoppedAt).toBe(expected);
        },
      ),
    );
  });
});

describe('once it has stopped', () => {
  it('admits nothing for a minute, then one a second', () => {
    const state = stopped();
    const admitted = [0, 59_999, 60_000, 60_001, 60_999, 61_000, 61_500, 62_000].map((now) => state.admits(now));
    expect(admitted).toEqual([false, false, true, false, false, true, false, true]);
  });

  it('goes on after five in a row that went well, and knows nothing of before', () => {
    const state = stopped();
    expect(play(state, '++++', 60_000).filter(Boolean)).toEqual([]);
    expect(state.stopped).toBe(true);
    expect(play(state, '+', 60_000)).toEqual(['resumed']);
    expect([state.admits(60_000), state.admits(60_000)]).toEqual([true, true]);
    expect(play(state, '-+-', 60_000)).toEqual([undefined, undefined, 'stopped']);
  });

  it('rests again where one fails', () => {
    const state = stopped();
    play(state, '++++-', 60_000);
    expect([119_999, 120_000].map((now) => state.admits(now))).toEqual([false, true]);
    expect(play(state, '++++', 120_000).filter(Boolean)).toEqual([]);
  });

  it('does not look at what began before', () => {
    const state = stopped();
    expect(play(state, '+++++-', 30_000).filter(Boolean)).toEqual([]);
    expect(state.admits(60_000)).toBe(true);
  });
});
