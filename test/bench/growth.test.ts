import { expect, it } from 'vitest';
import { byMinute, growthPerMinute } from '../../bench/soak/growth';
import { problemsOf, reportOf } from '../../bench/soak/report';
import type { SoakResult } from '../../bench/soak/soak';

const MB = 1024 * 1024;
const at = (seconds: number, megabytes: number) => ({ seconds, resident: megabytes * MB, descriptors: 20 });

it('is the slope of what was seen, whatever it swings around it', () => {
  const samples = Array.from({ length: 100 }, (_, i) => at(i * 6, 100 + i / 20 + (i % 2 === 0 ? 5 : -5)));
  expect(growthPerMinute(samples) / MB).toBeCloseTo(0.5, 1);
  expect(growthPerMinute([at(0, 100), at(60, 98)]) / MB).toBeCloseTo(-2);
  expect([growthPerMinute([]), growthPerMinute([at(1, 1)])]).toEqual([0, 0]);
});

it('has a mean for each minute', () => {
  expect(byMinute([at(0, 1), at(59, 3), at(60, 10)])).toEqual([2 * MB, 10 * MB]);
});

const RESULT: SoakResult = {
  processes: [{ name: 'worker 1', pid: 1, samples: [at(0, 100)], growth: 0.9 * MB, before: 20, after: 20 }],
  outcomes: new Map([['200', 1000]]),
  faults: 100,
  reloads: 3,
  targetRestarts: 3,
  workerRestarts: 0,
  connections: 0,
  inFlight: 0,
  exitCode: 0,
  said: '',
};

it('is good where nothing is left and little was added', () => {
  expect(problemsOf(RESULT)).toEqual([]);
  expect(reportOf(RESULT).good).toBe(true);
});

it.each<[string, Partial<SoakResult>]>([
  ['1 client connections are left', { connections: 1 }],
  ['1 requests are left', { inFlight: 1 }],
  ['1 workers ended: a worker ended (SIGSEGV)', { workerRestarts: 1, said: 'a worker ended (SIGSEGV)' }],
  ['the program ended with 1: no', { exitCode: 1, said: 'no' }],
  ['2 × 502 for clients that did no wrong', { outcomes: new Map([['502', 2]]) }],
  ['worker 1 has 21 descriptors, and had 20', { processes: [{ ...RESULT.processes[0], after: 21 }] }],
])('is bad where %s', (problem, parts) => {
  expect(problemsOf({ ...RESULT, ...parts })).toEqual([problem]);
});

it('is bad where a process grows by a megabyte a minute', () => {
  const report = reportOf({ ...RESULT, processes: [{ ...RESULT.processes[0], growth: MB }] });
  expect(report.good).toBe(false);
  expect(report.text).toContain('bad: worker 1 grows by 1.00 MB a minute');
});
