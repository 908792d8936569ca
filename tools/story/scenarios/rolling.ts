import { setTimeout as wait } from 'node:timers/promises';
import { SteadyLoad } from '../load';
import { Stage } from '../stage';
import { OFTEN, together } from './descriptions';
import { REQUESTS_PER_SECOND, type Scenario } from './scenario';

const KILLS = 6;
const REQUESTS = 6_000;
/** Longer than any request takes. */
const DRAINED_MS = 300;
/** Long enough for probes to find a target that has returned. */
const FOUND_MS = 300;

/** Targets are restarted one after the other, each drained before it is killed. */
export const rolling: Scenario = {
  title: `${KILLS} rolling restarts with drain`,
  goal: `none of ${REQUESTS} failed`,
  async run(workers) {
    const describe = (drained: number | undefined) => (ports: readonly number[]) => ({
      pools: {
        web: {
          targets: together(ports).map((target, index) => ({ ...target, drain: index === drained })),
          healthCheck: OFTEN,
        },
      },
      routes: { get: { pool: 'web' } },
    });
    const stage = await Stage.open(workers, [{}, {}], describe(undefined));
    const begun = performance.now();
    const load = new SteadyLoad({ url: stage.url, requestsPerSecond: REQUESTS_PER_SECOND });
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const index = kill % stage.targets.length;
        await stage.load(describe(index));
        await wait(DRAINED_MS);
        await stage.targets[index].kill();
        await stage.targets[index].start();
        await wait(FOUND_MS);
        await stage.load(describe(undefined));
        await wait(FOUND_MS);
      }
      while (load.sent < REQUESTS) await wait(50);
      const samples = await load.since(begun);
      const failures = samples.flatMap(({ failure }) => failure ?? []);
      return {
        shows: `${failures.length} of ${samples.length} failed`,
        misses: failures.length === 0 ? [] : [`${failures.length} failed, first: ${failures[0]}`],
      };
    } finally {
      load.stop();
      await stage.close();
    }
  },
};
