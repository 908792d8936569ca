import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RetryBudget } from '../../../src/runtime/proxy';

/** Spends what there is; tells how much. */
function spend(budget: RetryBudget, now: number): number {
  let spent = 0;
  for (; budget.allows(now) && spent < 10_000; spent++) budget.withdraw(now);
  return spent;
}

it('is full at the start: three a second, for ten seconds', () => {
  expect(spend(new RetryBudget(20, 0), 0)).toBe(30);
});

it('gives several processes together no more than what is always there', () => {
  const shared = Array.from({ length: 4 }, () => new RetryBudget(20, 0, 1 / 4));
  const spent = shared.reduce((sum, budget) => sum + spend(budget, 0), 0);
  expect(spent).toBe(28);
});

it('gains a share of each request', () => {
  const budget = new RetryBudget(20, 0);
  for (let i = 0; i < 100; i++) budget.deposit(0);
  expect(spend(budget, 0)).toBe(50);
});

it('forgets what is older than ten seconds: requests as well as attempts', () => {
  const budget = new RetryBudget(20, 0);
  for (let i = 0; i < 1000; i++) budget.deposit(0);
  expect(spend(budget, 10_000)).toBe(30);
  expect(spend(budget, 19_999)).toBe(0);
  expect(spend(budget, 20_000)).toBe(30);
});

it('allows nothing at 0 percent', () => {
  const budget = new RetryBudget(0, 0);
  budget.deposit(0);
  expect(budget.allows(0)).toBe(false);
});

it('never allows more, in ten seconds, than thirty and the share of the requests that its memory reaches back to', () => {
  const step = fc.record({ wait: fc.nat({ max: 3000 }), requests: fc.nat({ max: 50 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const budget = new RetryBudget(20, 0);
      const log: { at: number; requests: number; retries: number }[] = [];
      let now = 0;
      for (const { wait, requests } of steps) {
        now += wait;
        for (let i = 0; i < requests; i++) budget.deposit(now);
        log.push({ at: now, requests, retries: spend(budget, now) });
        // Whole seconds: the window moves in steps of one.
        const sum = (key: 'requests' | 'retries', seconds: number) => {
          const window = log.filter(({ at }) => Math.floor(at / 1000) > Math.floor(now / 1000) - seconds);
          return window.reduce((total, entry) => total + entry[key], 0);
        };
        expect(sum('retries', 10)).toBeLessThanOrEqual(sum('requests', 19) * 0.2 + 30 + 1e-6);
      }
    }),
  );
});
