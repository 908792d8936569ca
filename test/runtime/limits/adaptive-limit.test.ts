import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveLimit } from '../../../src/runtime/limits/adaptive-limit';

const SETTINGS = { initial: 20, min: 5, max: 1000, tolerancePercent: 50 };

/** Enough answers of one latency for a window to end. */
function window(limit: AdaptiveLimit, milliseconds: number, inUse: number, start: number): number {
  for (let i = 0; i <= 100; i++) limit.sample(milliseconds, inUse, start + i * 20);
  return start + 3_000;
}

/** So many windows. */
function windows(limit: AdaptiveLimit, count: number, milliseconds: number, inUse: () => number, start = 0): number {
  let now = start;
  for (let i = 0; i < count; i++) now = window(limit, milliseconds, inUse(), now);
  return now;
}

describe('an adaptive limit', () => {
  it('grows while answers are as fast as usual and the limit is used', () => {
    const limit = new AdaptiveLimit(SETTINGS);
    windows(limit, 20, 10, () => limit.limit);
    expect(limit.limit).toBeGreaterThan(40);
  });

  it('stays where it is while less than half of it is used', () => {
    const limit = new AdaptiveLimit(SETTINGS);
    windows(limit, 20, 10, () => 9);
    expect(limit.limit).toBe(20);
  });

  it('falls when answers become slower than is tolerated, by a tenth at most with each window', () => {
    const limit = new AdaptiveLimit({ ...SETTINGS, initial: 100 });
    const now = windows(limit, 3, 10, () => 10);
    windows(limit, 1, 1_000, () => 100, now);
    // Half of it and the square root is wanted, and a fifth of the step is taken.
    expect(limit.limit).toBe(92);
  });

  it('moves only after enough answers, however much time has passed', () => {
    const limit = new AdaptiveLimit(SETTINGS);
    for (let i = 0; i < 99; i++) limit.sample(10, 20, i * 1_000);
    expect(limit.limit).toBe(20);
    const busy = new AdaptiveLimit({ ...SETTINGS, initial: 100 });
    for (let i = 0; i < 10_000; i++) busy.sample(i < 100 ? 10 : 100, 100, 0);
    expect(busy.limit).toBe(100);
  });

  it('takes up new bounds at once', () => {
    const limit = new AdaptiveLimit(SETTINGS);
    limit.adopt({ ...SETTINGS, max: 8 });
    expect(limit.limit).toBe(8);
    limit.adopt({ ...SETTINGS, min: 12 });
    expect(limit.limit).toBe(12);
  });

  it('never leaves its bounds, whatever is measured', () => {
    const sample = fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.nat(2_000), fc.nat(500));
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 100, maxLength: 600 }),
        fc.integer({ min: 1, max: 50 }),
        (list, min) => {
          const limit = new AdaptiveLimit({ initial: 20, min, max: 100, tolerancePercent: 50 });
          let now = 0;
          for (const [milliseconds, inUse, step] of list) {
            now += step;
            limit.sample(milliseconds, inUse, now);
            expect(Number.isInteger(limit.limit)).toBe(true);
            expect(limit.limit).toBeGreaterThanOrEqual(min);
            expect(limit.limit).toBeLessThanOrEqual(100);
          }
        },
      ),
    );
  });
});

/**
 * Targets that work on so many requests at once, each for so many milliseconds, and share what they can do among those that
 * are beyond.
 */
class Targets {
  private readonly begun: { readonly at: number; readonly until: number }[] = [];
  answered = 0;
  private done = 0;

  constructor(
    private readonly limit: AdaptiveLimit,
    private readonly capacity: number,
    public serviceMs: number,
  ) {}

  /** @param load - requests that come in each millisecond; those beyond the limit are turned away */
  run(from: number, to: number, load: number): void {
    let come = 0;
    for (let now = from; now < to; now++) {
      const { begun } = this;
      this.done += Math.min(1, this.capacity / Math.max(1, begun.length));
      while (begun.length > 0 && begun[0].until <= this.done) {
        const [{ at }] = begun;
        this.limit.sample(now - at, begun.length, now);
        begun.shift();
        this.answered += 1;
      }
      for (come += load; come >= 1; come--) {
        if (begun.length < this.limit.limit) begun.push({ at: now, until: this.done + this.serviceMs });
      }
    }
  }
}

const MINUTE = 60_000;

describe('under an overload', () => {
  // At 20 at once, of 40 ms each, targets have 0.5 requests done in a millisecond; three times as many come.
  const overloaded = (initial = 20) => {
    const limit = new AdaptiveLimit({ ...SETTINGS, initial });
    return { limit, targets: new Targets(limit, 20, 40) };
  };

  it('settles near what the targets can work on at once', () => {
    const { limit, targets } = overloaded();
    targets.run(0, MINUTE, 1.5);
    expect(limit.limit).toBeGreaterThanOrEqual(20);
    // Half as slow again is tolerated, and a little more queues at the targets.
    expect(limit.limit).toBeLessThanOrEqual(40);
  });

  it('is as near after half an hour, since what it causes itself does not become usual', () => {
    const { limit, targets } = overloaded();
    targets.run(0, MINUTE, 1.5);
    const { limit: before } = limit;
    targets.run(MINUTE, 30 * MINUTE, 1.5);
    expect(Math.abs(limit.limit - before)).toBeLessThanOrEqual(2);
  });

  it('comes down from far above once it has seen what is usual', () => {
    const { limit, targets } = overloaded(400);
    targets.run(0, 5_000, 0.25);
    targets.run(5_000, MINUTE, 1.5);
    expect(limit.limit).toBeLessThanOrEqual(40);
  });

  it('finds out that targets have become slower, and that they are fast again', () => {
    const { limit, targets } = overloaded();
    targets.run(0, MINUTE, 1.5);
    targets.serviceMs = 160;
    targets.run(MINUTE, 4 * MINUTE, 1.5);
    expect(limit.limit).toBeGreaterThanOrEqual(20);
    expect(limit.limit).toBeLessThanOrEqual(40);
    targets.serviceMs = 40;
    targets.run(4 * MINUTE, 8 * MINUTE, 1.5);
    expect(limit.limit).toBeGreaterThanOrEqual(20);
    expect(limit.limit).toBeLessThanOrEqual(40);
  });

  it('finds out by itself that it began far too high', () => {
    const { limit, targets } = overloaded(400);
    targets.run(0, 10 * MINUTE, 1.5);
    expect(limit.limit).toBeLessThanOrEqual(40);
  });

  it('lets through nearly all that the targets can do', () => {
    const { targets } = overloaded();
    targets.run(0, MINUTE, 1.5);
    const before = targets.answered;
    targets.run(MINUTE, 11 * MINUTE, 1.5);
    // Half a request in a millisecond; the rest is what trials cost.
    expect(targets.answered - before).toBeGreaterThan(0.97 * 0.5 * 10 * MINUTE);
  });
});
