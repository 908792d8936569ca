import { expect, it } from 'vitest';
import { FirstProbes } from '../../../src/runtime/health';

it('begins with few targets at once, and with ten thousand within 1.6 s', () => {
  const first = new FirstProbes();
  const delays = Array.from({ length: 10_000 }, () => first.next());
  expect(delays.filter((delay) => delay === 0)).toHaveLength(64);
  expect(Math.max(...delays)).toBeLessThan(1_600);
});

it('never begins with more than 64 in a step of 10 ms', () => {
  const first = new FirstProbes();
  const steps = new Map<number, number>();
  for (let i = 0; i < 1_000; i++) {
    const delay = first.next();
    steps.set(delay, (steps.get(delay) ?? 0) + 1);
  }
  expect([...steps.keys()].every((delay) => delay % 10 === 0)).toBe(true);
  expect(Math.max(...steps.values())).toBe(64);
});
