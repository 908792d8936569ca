import { Stage } from '../stage';
import { liveThrough, type Phase } from '../story';
import { FALLBACK, inOrder, OFTEN } from './descriptions';
import { judgePhases, REQUESTS_PER_SECOND, type Scenario } from './scenario';

const PHASE_MS = 3_000;

function frozen(title: string, goal: string, hedgeAfter: string | undefined, slowest: number): Scenario {
  return {
    title,
    goal,
    async run(workers) {
      const stage = await Stage.open(workers, [{}, {}], (ports) => ({
        pools: { web: { targets: inOrder(ports), healthCheck: OFTEN } },
        routes: {
          get: { pool: 'web', timeouts: { response: '500ms' }, retry: { hedgeAfter }, fallback: FALLBACK },
        },
      }));
      try {
        const [web1] = stage.targets;
        const phases: Phase[] = [
          { title: 'web1 serves', expected: 'web1', countsFrom: 'begin', event: async () => {} },
          { title: 'web1 is frozen', expected: 'web2', countsFrom: 'begin', event: async () => web1.freeze() },
        ];
        const asking = { url: `${stage.url}/get`, requestsPerSecond: REQUESTS_PER_SECOND };
        const results = await liveThrough({ asking, phases, phaseMs: PHASE_MS });
        web1.thaw();
        return judgePhases(results, { 'web1 is frozen': { slowest } });
      } finally {
        await stage.close();
      }
    },
  };
}

/** A target that neither answers nor closes. */
export const frozenTarget = frozen(
  'web1 is frozen, answers awaited for 500 ms',
  'none failed; slowest 510 ms',
  undefined,
  510,
);

/** The same, with a second target asked while the first is silent. */
export const hedgedTarget = frozen(
  'web1 is frozen, a second target asked after 100 ms',
  'none failed; slowest 150 ms',
  '100ms',
  150,
);
