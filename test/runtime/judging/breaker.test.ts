import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Breaker } from '../../../src/runtime/judging';
import { apiOf } from '../support/serve';

function settingsOf(parts: object = {}) {
  const circuitBreaker = { minimumRequests: 4, window: '10s', openFor: '5s', trialRequests: 2, ...parts };
  const pool = apiOf({ pools: { web: { targets: [{ address: '127.0.0.1:1' }], circuitBreaker } } }).pools.web;
  return pool.circuitBreaker as NonNullable<typeof pool.circuitBreaker>;
}

/** Has requests end one after the other: `.` succeeds, `x` fails, `-` says nothing. */
function play(breaker: Breaker, results: string, now = 0): void {
  for (const one of results) breaker.ended(one === '-' ? undefined : one === 'x', breaker.began(), now);
}

function opened(parts: object = {}, share = 1): Breaker {
  const breaker = new Breaker(settingsOf(parts), share);
  breaker.open(0, 5_000);
  return breaker;
}

function halfOpen(parts: object = {}, share = 1): Breaker {
  const breaker = opened(parts, share);
  breaker.wake(5_000);
  return breaker;
}

describe('a closed breaker', () => {
  it.each([
    ['.x.x', 'open'],
    ['xx', 'closed'],
    ['xxx', 'closed'],
    ['x...', 'closed'],
    ['x..x', 'open'],
    ['xxx-', 'closed'],
    ['xxx.', 'open'],
  ])('after %s is %s: from half of at least four', (results, state) => {
    const breaker = new Breaker(settingsOf());
    play(breaker, results);
    expect([breaker.state, breaker.admits]).toEqual([state, state === 'closed']);
  });

  it('forgets what lies before its window', () => {
    const breaker = new Breaker(settingsOf());
    play(breaker, 'xxx', 0);
    play(breaker, '...', 10_000);
    expect(breaker.state).toBe('closed');
    play(breaker, 'x', 10_000);
    expect(breaker.state).toBe('closed');
    play(breaker, 'xx', 10_000);
    expect(breaker.state).toBe('open');
  });

  it('opens by failures in a row, however few requests there were, and whatever their share', () => {
    const breaker = new Breaker(settingsOf({ consecutiveFailures: 3, minimumRequests: 100 }));
    play(breaker, `${'.'.repeat(50)}xx.xx-`);
    expect(breaker.state).toBe('closed');
    play(breaker, 'x');
    expect(breaker.state).toBe('open');
  });

  it('tells why it opens', () => {
    const breaker = new Breaker(settingsOf({ consecutiveFailures: 5 }));
    play(breaker, '.x.');
    expect(breaker.ended(true, breaker.round, 0)).toBe('failurePercent');
  });
});

describe('an open breaker', () => {
  it('is half-open after its time, and no sooner', () => {
    const breaker = opened();
    expect(breaker.wakeAt).toBe(5_000);
    breaker.wake(4_999);
    expect([breaker.state, breaker.admits]).toEqual(['open', false]);
    breaker.wake(5_000);
    expect([breaker.state, breaker.admits]).toEqual(['halfOpen', true]);
  });

  it('is not moved by requests that were under way when it opened', () => {
    const breaker = new Breaker(settingsOf());
    const round = breaker.began();
    breaker.open(0, 5_000);
    for (let i = 0; i < 10; i++) breaker.ended(false, round, 1);
    expect(breaker.state).toBe('open');
    breaker.wake(5_000);
    breaker.ended(true, round, 5_001);
    expect(breaker.state).toBe('halfOpen');
    for (let i = 0; i < 10; i++) breaker.ended(false, round, 5_002);
    expect(breaker.state).toBe('halfOpen');
  });
});

it('is not moved by requests that are sent although it is open', () => {
  const breaker = opened();
  play(breaker, '.....x', 1_000);
  expect([breaker.state, breaker.wakeAt]).toEqual(['open', 5_000]);
});

describe('a half-open breaker', () => {
  it('lets as many requests through at once as are to succeed', () => {
    const breaker = halfOpen();
    const [first] = [breaker.began(), breaker.began()];
    expect(breaker.admits).toBe(false);
    breaker.ended(undefined, first, 5_001);
    expect(breaker.admits).toBe(true);
  });

  it('closes after so many successes in a row', () => {
    const breaker = halfOpen();
    play(breaker, '.-', 5_001);
    expect(breaker.state).toBe('halfOpen');
    play(breaker, '.', 5_002);
    expect([breaker.state, breaker.admits, breaker.wakeAt]).toEqual(['closed', true, undefined]);
  });

  it('opens again after one failure, for its time', () => {
    const breaker = halfOpen();
    play(breaker, '.x', 5_001);
    expect([breaker.state, breaker.wakeAt]).toEqual(['open', 10_001]);
  });

  it('begins to count anew once it has closed', () => {
    const breaker = new Breaker(settingsOf());
    play(breaker, 'xxxx');
    breaker.wake(5_000);
    play(breaker, '..xxx', 5_001);
    expect(breaker.state).toBe('closed');
    play(breaker, 'x', 5_001);
    expect(breaker.state).toBe('open');
  });

  it('gives the places of requests that do not end to others', () => {
    const breaker = halfOpen();
    const [first] = [breaker.began(), breaker.began()];
    breaker.wake(9_999);
    expect(breaker.admits).toBe(false);
    breaker.wake(10_000);
    expect(breaker.admits).toBe(true);
    breaker.ended(true, first, 10_001);
    expect(breaker.state).toBe('open');
  });

  it('lets its part of the requests through where several processes serve, at least one', () => {
    const parts = [0.5, 0.1].map((share) => {
      const breaker = halfOpen({ trialRequests: 5 }, share);
      let count = 0;
      for (; breaker.admits; count++) breaker.began();
      return count;
    });
    expect(parts).toEqual([2, 1]);
  });
});

const settings = fc
  .record({
    failurePercent: fc.integer({ min: 1, max: 100 }),
    minimumRequests: fc.integer({ min: 1, max: 50 }),
    consecutiveFailures: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    trialRequests: fc.integer({ min: 1, max: 5 }),
  })
  .map(settingsOf);

/** Requests that begin and end in any order, and time that passes. */
const steps = fc.array(
  fc.record({
    after: fc.nat({ max: 1_500 }),
    begins: fc.boolean(),
    ends: fc.nat({ max: 50 }),
    failed: fc.option(fc.boolean(), { nil: undefined }),
  }),
  { maxLength: 300 },
);

it('never opens on fewer results than its minimum, and never lets more through than may try', () => {
  fc.assert(
    fc.property(settings, steps, (given, list) => {
      const breaker = new Breaker(given);
      const underWay: number[] = [];
      /** What has ended since it closed the last time. */
      let seen: { at: number; failed: boolean }[] = [];
      let now = 0;
      for (const { after, begins, ends, failed } of list) {
        now += after;
        breaker.wake(now);
        // Some send requests also where none may be sent.
        if (begins && (breaker.admits || ends % 5 === 0)) underWay.push(breaker.began());
        else if (!breaker.admits && breaker.state === 'closed') throw new Error('closed, and lets nothing through');
        if (underWay.length === 0) continue;
        const [round] = underWay.splice(ends % underWay.length, 1);
        const before = breaker.state;
        const current = round === breaker.round;
        const reason = breaker.ended(failed, round, now);
        if (before === 'closed' && current && failed !== undefined) seen.push({ at: now, failed });
        const within = seen.filter(({ at }) => at > now - given.window - given.window / 10);
        if (reason === 'failurePercent') {
          expect(within.length).toBeGreaterThanOrEqual(given.minimumRequests);
          expect(within.some((one) => one.failed)).toBe(true);
        }
        if (reason === 'consecutiveFailures') {
          const row = seen.slice(-(given.consecutiveFailures ?? 0));
          expect(row).toHaveLength(given.consecutiveFailures ?? 0);
          expect(row.every((one) => one.failed)).toBe(true);
        }
        if (reason === 'trial') expect([before, failed]).toEqual(['halfOpen', true]);
        if (breaker.state !== 'closed') seen = [];
      }
    }),
    { numRuns: 300 },
  );
});

it('lets no more than its trial requests be under way while it is half-open', () => {
  fc.assert(
    fc.property(settings, fc.array(fc.boolean(), { maxLength: 100 }), (given, list) => {
      const breaker = new Breaker(given);
      breaker.open(0, 1);
      breaker.wake(1);
      const underWay: number[] = [];
      for (const begins of list) {
        if (begins && breaker.admits) underWay.push(breaker.began());
        else if (underWay.length > 0) breaker.ended(undefined, underWay.pop() as number, 2);
        expect(underWay.length).toBeLessThanOrEqual(given.trialRequests);
      }
    }),
  );
});
