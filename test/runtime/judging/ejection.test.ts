import { describe, expect, it } from 'vitest';
import { Ejection, mostEjected } from '../../../src/runtime/judging';
import { resultOf } from '../../../src/runtime/judging/result';
import { apiOf } from '../support/serve';

function ejection(parts: object = {}): Ejection {
  const outlierEjection = { consecutiveFailures: 3, baseTime: '30s', maxTime: '2m', ...parts };
  const pool = apiOf({ pools: { web: { targets: [{ address: '127.0.0.1:1' }], outlierEjection } } }).pools.web;
  return new Ejection(pool.outlierEjection as NonNullable<typeof pool.outlierEjection>);
}

const RESULTS = { '.': 'success', x: 'failure', g: 'gatewayFailure' } as const;

/** Has requests end one after the other; tells what the last one led to. */
function play(one: Ejection, results: string) {
  return [...results].map((letter) => one.record(RESULTS[letter as keyof typeof RESULTS])).at(-1);
}

describe('what an attempt says', () => {
  it.each([
    ['ok', 200, 'success'],
    ['ok', 404, 'success'],
    ['5xx', 500, 'failure'],
    ['5xx', 501, 'failure'],
    ['5xx', 502, 'gatewayFailure'],
    ['5xx', 504, 'gatewayFailure'],
    ['5xx', 505, 'failure'],
    ['connect', 0, 'gatewayFailure'],
    ['timeout', 0, 'gatewayFailure'],
    ['reset', 0, 'gatewayFailure'],
    ['aborted', 0, undefined],
    ['aborted', 200, undefined],
  ] as const)('%s with %i: %s', (outcome, status, result) => {
    expect(resultOf(outcome, status)).toBe(result);
  });
});

describe('consecutive failures', () => {
  it('eject once there are enough in a row, of whatever kind', () => {
    expect(play(ejection(), 'xg')).toBe(undefined);
    expect(play(ejection(), 'xx.xx')).toBe(undefined);
    expect(play(ejection(), 'xgx')).toBe('consecutiveFailures');
  });

  it('of gateways are counted apart where they have a number of their own', () => {
    expect(play(ejection({ gatewayFailures: 2 }), 'gg')).toBe('gatewayFailures');
    expect(play(ejection({ gatewayFailures: 2, consecutiveFailures: 10 }), 'gxgxg')).toBe(undefined);
    expect(play(ejection({ gatewayFailures: 5 }), 'gxg')).toBe('consecutiveFailures');
  });

  it('are counted anew after a pardon, and after an ejection', () => {
    const one = ejection();
    play(one, 'xx');
    one.pardon();
    expect(play(one, 'xx')).toBe(undefined);
    one.eject(0, one.next(0));
    expect(play(one, 'xxxxx')).toBe(undefined);
    one.comeBack(30_000);
    expect(play(one, 'xx')).toBe(undefined);
    expect(play(one, 'x')).toBe('consecutiveFailures');
  });
});

describe('the time of an ejection', () => {
  /** Ejects it at these times, and lets it come back when its time is over; tells how long each was. */
  function lengths(one: Ejection, ...pauses: number[]): number[] {
    let now = 0;
    return pauses.map((pause) => {
      now += pause;
      const term = one.next(now);
      one.eject(now, term);
      now += term.ms;
      one.comeBack(now);
      return term.ms / 1_000;
    });
  }

  it('grows with each, up to the longest', () => {
    expect(lengths(ejection(), 0, 1_000, 1_000, 1_000, 1_000, 1_000)).toEqual([30, 60, 90, 120, 120, 120]);
  });

  it('does not count on beyond the longest', () => {
    expect(lengths(ejection(), 0, 0, 0, 0, 0, 0, 60_000)).toEqual([30, 60, 90, 120, 120, 120, 90]);
  });

  it('is shorter again after good time: one less for each length of the first', () => {
    expect(lengths(ejection(), 0, 0, 0, 29_999, 30_000, 60_000, 1_000_000)).toEqual([30, 60, 90, 120, 120, 90, 30]);
    expect(lengths(ejection({ maxTime: '1h' }), 0, 0, 0, 60_000)).toEqual([30, 60, 90, 60]);
  });
});

it('may take a share of the pool, at least one target, unless the share is 0', () => {
  expect([0, 1, 10, 50, 100].map((percent) => mostEjected(percent, 9))).toEqual([0, 1, 1, 4, 9]);
  expect(mostEjected(50, 1)).toBe(1);
});
