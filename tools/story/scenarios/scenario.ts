import type { PhaseResult } from '../story';

/** What one run of a scenario has shown. */
export interface Finding {
  /** What was measured, in the words of the table. */
  readonly shows: string;
  /** What of it is not as it should be; empty where all is. */
  readonly misses: readonly string[];
}

/** A failure that is staged on real processes, and what its clients are to see of it. */
export interface Scenario {
  readonly title: string;
  /** What it is to show, in the words of the table. */
  readonly goal: string;
  /** @param workers - of the data plane */
  run(workers: number): Promise<Finding>;
}

export const REQUESTS_PER_SECOND = 500;

/** How a transition is to be. Times in milliseconds. */
export interface Bounds {
  /** From the event until all answers come from who should answer; left out: it is not measured. */
  readonly switched?: number;
  /** Of the slowest answer; left out: it is not measured. */
  readonly slowest?: number;
}

/** What phases show, held against bounds by their titles. No request may fail in any. */
export function judgePhases(results: readonly PhaseResult[], bounds: Readonly<Record<string, Bounds>>): Finding {
  const judged = results.filter(({ title }) => title in bounds);
  const failed = results.reduce((sum, { failures }) => sum + failures.length, 0);
  const requests = results.reduce((sum, one) => sum + one.requests, 0);
  const misses = [
    ...results.flatMap(({ title, failures }) =>
      failures.length === 0 ? [] : [`${title}: ${failures.length} failed, first: ${failures[0]}`],
    ),
    ...judged.flatMap((result) => missesOf(result, bounds[result.title])),
  ];
  const shown = judged.map(
    ({ title, switchedAfter, slowest }) => `${title}: ${text(switchedAfter)}, slowest ${text(slowest)}`,
  );
  return { shows: [`${failed} of ${requests} failed`, ...shown].join('; '), misses };
}

function missesOf({ title, switchedAfter, slowest }: PhaseResult, bounds: Bounds): string[] {
  const misses: string[] = [];
  if (switchedAfter === undefined) misses.push(`${title}: never switched`);
  else if (switchedAfter > (bounds.switched ?? Number.POSITIVE_INFINITY))
    misses.push(`${title}: switched after ${text(switchedAfter)}, not ${bounds.switched} ms`);
  if (slowest > (bounds.slowest ?? Number.POSITIVE_INFINITY))
    misses.push(`${title}: slowest ${text(slowest)}, not ${bounds.slowest} ms`);
  return misses;
}

function text(milliseconds: number | undefined): string {
  return milliseconds === undefined ? 'never' : `${milliseconds.toFixed(0)} ms`;
}
