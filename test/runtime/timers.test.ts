import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Timer, TimerWheel } from '../../src/runtime/timers';

function wheelAt(start: number) {
  let now = start;
  const wheel = new TimerWheel(() => now);
  return {
    wheel,
    /** Turns the wheel to a time, as its interval would. */
    to(time: number, step = 10) {
      while (now < time) {
        now = Math.min(now + step, time);
        wheel.advance();
      }
    },
  };
}

it('fires once, never early and at most two ticks late', () => {
  const time = fc.nat({ max: 30_000 });
  fc.assert(
    fc.property(
      fc.nat({ max: 5000 }),
      fc.array(time, { maxLength: 20 }),
      fc.integer({ min: 1, max: 700 }),
      (start, delays, step) => {
        const { wheel, to } = wheelAt(start);
        const fired: number[][] = delays.map(() => []);
        for (const [i, ms] of delays.entries()) new Timer(wheel, () => fired[i].push(wheel.now - start)).set(ms);
        to(start + 31_000, step);
        for (const [i, ms] of delays.entries()) {
          expect(fired[i]).toHaveLength(1);
          expect(fired[i][0]).toBeGreaterThanOrEqual(ms);
          expect(fired[i][0]).toBeLessThanOrEqual(ms + 20 + step);
        }
      },
    ),
  );
});

it('fires at the time set last, whether it was put off or brought forward', () => {
  const { wheel, to } = wheelAt(3);
  const fired: number[] = [];
  const timer = new Timer(wheel, () => fired.push(wheel.now));
  timer.set(100);
  timer.set(20_000);
  to(1_000);
  timer.set(50);
  to(30_000);
  expect(fired).toEqual([1_050]);
});

it('does not fire once cleared, and can be set again', () => {
  const { wheel, to } = wheelAt(0);
  let fired = 0;
  const timer = new Timer(wheel, () => {
    fired += 1;
  });
  timer.set(50);
  timer.clear();
  to(15_000);
  expect(fired).toBe(0);
  timer.set(50);
  to(15_100);
  expect(fired).toBe(1);
});

it('lets a timer clear another that is due with it', () => {
  const { wheel, to } = wheelAt(0);
  const fired: string[] = [];
  const timers = ['a', 'b'].map(
    (name, i) =>
      new Timer(wheel, () => {
        fired.push(name);
        timers[1 - i].clear();
      }),
  );
  for (const timer of timers) timer.set(30);
  to(100);
  expect(fired).toHaveLength(1);
});

it('lets go of a dropped timer at once, and of no other in its slot', () => {
  const { wheel, to } = wheelAt(0);
  const fired: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => new Timer(wheel, () => fired.push(name)));
  for (const timer of [a, b, c]) timer.set(30);
  b.drop();
  expect(b.slot).toBe(-1);
  to(100);
  expect(fired.sort()).toEqual(['a', 'c']);
});
