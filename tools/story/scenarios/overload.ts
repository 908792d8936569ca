import { setTimeout as wait } from 'node:timers/promises';
import { type Sample, SteadyLoad } from '../load';
import { Stage } from '../stage';
import { together } from './descriptions';
import type { Finding, Scenario } from './scenario';

const QUIET_MS = 5_000;
const RUN_MS = 10_000;
const CRITICAL_PER_SECOND = 50;
const LOW_PER_SECOND = 250;
/** The target works at two requests of 20 ms: 100 a second, of which 300 come. */
const TARGET = { capacity: 2, serviceMs: 20 };

const judge = (status: number, _body: string, retryAfter: string | undefined) => {
  if (status === 200) return 'served';
  return status === 503 && retryAfter !== undefined ? 'shed' : undefined;
};

/** Three times what the target can do. */
export const overload: Scenario = {
  title: 'three times too many requests, some of them critical',
  goal: 'all critical ones served, 99 % within twice their time without load; the others shed with Retry-After',
  async run(workers) {
    const limits = { concurrency: TARGET.capacity, queue: 20, queueTimeout: '500ms' };
    const stage = await Stage.open(workers, [TARGET], (ports) => ({
      pools: { web: { targets: together(ports), limits } },
      routes: {
        critical: { path: '/critical', pool: 'web', priorityClass: 'critical' },
        low: { path: '/low', pool: 'web', priorityClass: 'sheddable' },
      },
    }));
    const loads: SteadyLoad[] = [];
    const begin = (path: string, requestsPerSecond: number) => {
      const load = new SteadyLoad({ url: `${stage.url}${path}`, requestsPerSecond, judge });
      loads.push(load);
      return load;
    };
    try {
      const critical = begin('/critical', CRITICAL_PER_SECOND);
      const quietFrom = performance.now();
      await wait(QUIET_MS);
      const quiet = await critical.since(quietFrom);
      const busyFrom = performance.now();
      const low = begin('/low', LOW_PER_SECOND);
      await wait(RUN_MS);
      return judged(quiet, await critical.since(busyFrom), await low.since(busyFrom));
    } finally {
      for (const load of loads) load.stop();
      await stage.close();
    }
  },
};

function judged(quiet: readonly Sample[], critical: readonly Sample[], low: readonly Sample[]): Finding {
  const [before, after] = [p99(quiet), p99(critical)];
  const lost = critical.filter(({ answeredBy }) => answeredBy !== 'served').length;
  const failed = low.filter(({ failure }) => failure !== undefined);
  const shed = low.filter(({ answeredBy }) => answeredBy === 'shed').length;
  const misses = lost === 0 ? [] : [`${lost} critical ones not served`];
  if (after > 2 * before)
    misses.push(`99 % of the critical ones within ${after.toFixed(0)} ms, not ${(2 * before).toFixed(0)} ms`);
  if (failed.length > 0) misses.push(`${failed.length} others failed: ${failed[0].failure}`);
  if (shed === 0) misses.push('none was shed');
  const times = `p99 ${before.toFixed(0)} ms without load, ${after.toFixed(0)} ms with it`;
  return {
    shows: `${critical.length - lost} of ${critical.length} critical served, ${times}; ${shed} of ${low.length} others shed`,
    misses,
  };
}

function p99(samples: readonly Sample[]): number {
  const times = samples.map(({ startedAt, endedAt }) => endedAt - startedAt).sort((a, b) => a - b);
  return times[Math.ceil(times.length * 0.99) - 1] ?? 0;
}
