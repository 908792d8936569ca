import { Stage } from '../stage';
import { liveThrough, type Phase } from '../story';
import { FALLBACK, inOrder, OFTEN } from './descriptions';
import { judgePhases, REQUESTS_PER_SECOND, type Scenario } from './scenario';

const PHASE_MS = 3_000;

/** Targets that are well by their probes, and fail all requests. */
export const statuses: Scenario = {
  title: 'targets answer 503',
  goal: 'none failed; web2 answers for web1, the fallback for both',
  async run(workers) {
    const stage = await Stage.open(workers, [{}, {}], (ports) => ({
      pools: { web: { targets: inOrder(ports), healthCheck: OFTEN, outlierEjection: {} } },
      routes: {
        get: { pool: 'web', retry: { on: ['connectFailure', 'reset', 'timeout', 503] }, fallback: FALLBACK },
      },
    }));
    try {
      const [web1, web2] = stage.targets;
      const phase = (title: string, expected: string, work: () => void): Phase => ({
        title,
        expected,
        countsFrom: 'begin',
        event: async () => work(),
      });
      const phases = [
        phase('web1 serves', 'web1', () => {}),
        phase('web1 answers 503', 'web2', () => web1.behave({ status: 503 })),
        phase('both answer 503', 'fallback', () => web2.behave({ status: 503 })),
      ];
      const asking = { url: `${stage.url}/get`, requestsPerSecond: REQUESTS_PER_SECOND };
      const results = await liveThrough({ asking, phases, phaseMs: PHASE_MS });
      return judgePhases(results, { 'web1 answers 503': {}, 'both answer 503': {} });
    } finally {
      await stage.close();
    }
  },
};
