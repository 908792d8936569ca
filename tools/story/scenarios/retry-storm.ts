import { setTimeout as wait } from 'node:timers/promises';
import { SteadyLoad } from '../load';
import { Stage } from '../stage';
import { together } from './descriptions';
import { REQUESTS_PER_SECOND, type Scenario } from './scenario';

const RUN_MS = 60_000;
const MOST_ATTEMPTS = 1.25;

/** Everything fails, and retries must not multiply that. */
export const retryStorm: Scenario = {
  title: 'all answer 503 for a minute, nothing is taken out',
  goal: `at most ${MOST_ATTEMPTS} attempts for each request`,
  async run(workers) {
    const failing = { status: 503, serviceMs: 1 };
    const stage = await Stage.open(workers, [failing, failing, failing], (ports) => ({
      pools: { web: { targets: together(ports), healthCheck: { interval: '1h' } } },
      routes: { get: { pool: 'web', retry: { on: [503] } } },
    }));
    const begun = performance.now();
    const judge = (status: number) => (status === 503 ? '503' : undefined);
    const load = new SteadyLoad({ url: stage.url, requestsPerSecond: REQUESTS_PER_SECOND, judge });
    try {
      await wait(RUN_MS);
      const samples = await load.since(begun);
      load.stop();
      const seen = await Promise.all(stage.targets.map((target) => target.seen()));
      const attempts = seen.reduce((sum, { requests }) => sum + requests, 0) / samples.length;
      const failed = samples.filter(({ failure }) => failure !== undefined);
      const misses = failed.length === 0 ? [] : [`${failed.length} without the 503: ${failed[0].failure}`];
      if (attempts > MOST_ATTEMPTS) misses.push(`${attempts.toFixed(3)} attempts for each request`);
      return { shows: `${samples.length} requests, ${attempts.toFixed(3)} attempts for each`, misses };
    } finally {
      load.stop();
      await stage.close();
    }
  },
};
