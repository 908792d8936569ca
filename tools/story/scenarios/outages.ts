import { Stage } from '../stage';
import { liveThrough, referencePhases } from '../story';
import { FALLBACK, inOrder, OFTEN } from './descriptions';
import { judgePhases, REQUESTS_PER_SECOND, type Scenario } from './scenario';

const PHASE_MS = 4_000;

/** The first tier dies and returns, then both. */
export const outages: Scenario = {
  title: 'targets die and return',
  goal: 'none failed; killed: 30 ms, none later than 150 ms; back: 60 ms; both back: 60 ms',
  async run(workers) {
    const stage = await Stage.open(workers, [{}, {}], (ports) => ({
      pools: { web: { targets: inOrder(ports), healthCheck: OFTEN } },
      routes: { get: { pool: 'web', timeouts: { connect: '250ms', response: '1s' }, fallback: FALLBACK } },
    }));
    try {
      const [web1, web2] = stage.targets;
      const asking = { url: `${stage.url}/get`, requestsPerSecond: REQUESTS_PER_SECOND };
      const results = await liveThrough({ asking, phases: referencePhases(web1, web2), phaseMs: PHASE_MS });
      return judgePhases(results, {
        'web1 is killed': { switched: 30, slowest: 150 },
        'web1 returns': { switched: 60, slowest: 150 },
        'both are killed': { switched: 60, slowest: 150 },
        'both return': { switched: 60, slowest: 150 },
      });
    } finally {
      await stage.close();
    }
  },
};
