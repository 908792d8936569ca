import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlidingWindow } from '../../../src/runtime/judging/sliding-window';

const steps = fc.array(fc.record({ after: fc.nat({ max: 300 }), failed: fc.boolean() }), { maxLength: 200 });

it('counts what came within the window, to a tenth of it', () => {
  fc.assert(
    fc.property(steps, fc.nat({ max: 1e9 }), (list, start) => {
      const window = new SlidingWindow(1_000);
      const came: { at: number; failed: boolean }[] = [];
      let now = start;
      for (const { after, failed } of list) {
        now += after;
        window.add(failed, now);
        came.push({ at: now, failed });
        const begins = (Math.floor(now / 100) - 9) * 100;
        const within = came.filter(({ at }) => at >= begins);
        expect([window.total, window.failures]).toEqual([within.length, within.filter((one) => one.failed).length]);
      }
    }),
  );
});

it('forgets everything when it is cleared', () => {
  const window = new SlidingWindow(1_000);
  window.add(true, 5);
  window.clear();
  window.add(false, 6);
  expect([window.total, window.failures]).toEqual([1, 0]);
});
