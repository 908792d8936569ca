import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HealthChecker } from '../../../src/runtime/health';
import { apiOf } from '../support/serve';

const check = apiOf({
  pools: { web: { targets: [{ address: '127.0.0.1:1' }], healthCheck: { interval: '1s', jitterPercent: 10 } } },
}).pools.web.healthCheck;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Starts a checker whose probes take a time; gives the times at which they begin. */
function start(
  takes: number,
  random: () => number,
): { begun: number[]; results: (string | undefined)[]; checker: HealthChecker } {
  const begun: number[] = [];
  const results: (string | undefined)[] = [];
  const probe = async () => {
    begun.push(performance.now());
    await new Promise((resolve) => setTimeout(resolve, takes));
    return 'refused';
  };
  const checker = new HealthChecker(check, probe, (error) => results.push(error), random);
  checker.start();
  return { begun, results, checker };
}

it('probes at once, then from interval to interval however long a probe takes', async () => {
  const { begun, checker } = start(300, () => 0.5);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(begun.map((time) => Math.round(time - begun[0]))).toEqual([0, 1_000, 2_000]);
  checker.stop();
});

it('moves each probe by up to the jitter', async () => {
  const draws = [0, 0.75];
  const { begun, checker } = start(0, () => draws.shift() ?? 0.5);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(begun.map((time) => Math.round(time - begun[0]))).toEqual([0, 900, 1_950]);
  checker.stop();
});

it('tells nothing once stopped, not even the probe under way', async () => {
  const { results, checker, begun } = start(300, () => 0.5);
  checker.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect([results, begun.length]).toEqual([[], 1]);
});

it('begins after a while where it is told to, and says when the next probe is due', async () => {
  const begun: number[] = [];
  const probe = async () => {
    begun.push(performance.now());
    await new Promise((resolve) => setTimeout(resolve, 100));
    return undefined;
  };
  const checker = new HealthChecker(
    check,
    probe,
    () => {},
    () => 0.5,
  );
  const startedAt = performance.now();
  checker.start(700);
  await vi.advanceTimersByTimeAsync(300);
  expect(checker.dueIn).toBe(400);
  await vi.advanceTimersByTimeAsync(450);
  expect([begun.map((time) => time - startedAt), checker.dueIn]).toEqual([[700], undefined]);
  await vi.advanceTimersByTimeAsync(250);
  expect(checker.dueIn).toBe(700);
  checker.stop();
});
