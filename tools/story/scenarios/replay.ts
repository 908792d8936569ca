import { createHash, randomBytes } from 'node:crypto';
import { SteadyLoad } from '../load';
import { Stage } from '../stage';
import type { Seen } from '../target-process';
import { inOrder, OFTEN } from './descriptions';
import type { Finding, Scenario } from './scenario';

const POSTS_PER_SECOND = 20;
const RUN_MS = 3_000;
const BODY = randomBytes(1024 * 1024);
const HASH = createHash('sha256').update(BODY).digest('hex');

/** What came of the posts, and what the targets got of them. */
interface Posted {
  readonly answers: readonly (string | undefined)[];
  readonly first: Seen;
  readonly second: Seen;
}

async function post(workers: number, retry: object): Promise<Posted> {
  const stage = await Stage.open(workers, [{ status: 503 }, {}], (ports) => ({
    pools: { web: { targets: inOrder(ports), healthCheck: OFTEN } },
    routes: { post: { pool: 'web', retry: { on: ['connectFailure', 'reset', 'timeout', 503], ...retry } } },
  }));
  const begun = performance.now();
  const judge = (status: number, body: string) => (status === 200 ? body.trim() : `status ${status}`);
  const asking = { url: stage.url, requestsPerSecond: POSTS_PER_SECOND, method: 'POST', body: BODY, judge };
  const load = new SteadyLoad(asking);
  try {
    await new Promise((resolve) => setTimeout(resolve, RUN_MS));
    const samples = await load.since(begun);
    load.stop();
    const answers = samples.map(({ answeredBy, failure }) => answeredBy ?? failure);
    const [first, second] = await Promise.all(stage.targets.map((target) => target.seen()));
    return { answers, first, second };
  } finally {
    load.stop();
    await stage.close();
  }
}

const whole = ({ bodies }: Seen) => bodies.filter(({ hash }) => hash === HASH).length;

function found({ answers, first, second }: Posted, expected: string, misses: readonly string[]): Finding {
  const good = answers.filter((answer) => answer === expected).length;
  return {
    shows: `${good} of ${answers.length} posts: ${expected}; web1 got ${whole(first)}, web2 ${whole(second)} whole`,
    misses: [
      ...misses,
      ...(good === answers.length ? [] : [`other answers: ${answers.find((one) => one !== expected)}`]),
    ],
  };
}

/** A post that may be sent twice reaches the next tier whole. */
export const replayed: Scenario = {
  title: '1 MB POST, web1 answers 503, may be sent again',
  goal: 'each is delivered whole by web2',
  async run(workers) {
    // As many second attempts as posts, which the budget would bound otherwise.
    const posted = await post(workers, { nonIdempotent: true, bufferLimit: '2MB', budgetPercent: 100 });
    const missing = posted.answers.length - whole(posted.second);
    return found(posted, 'hello web2', missing === 0 ? [] : [`web2 lacks ${missing} of the posts`]);
  },
};

/** A post that may not be sent twice is delivered once. */
export const deliveredOnce: Scenario = {
  title: '1 MB POST, web1 answers 503, not to be sent again',
  goal: 'each is delivered once, and answered with 503',
  async run(workers) {
    const posted = await post(workers, {});
    const { answers, first, second } = posted;
    const misses = second.requests > 0 ? [`web2 got ${second.requests} posts as well`] : [];
    if (first.requests !== answers.length) misses.push(`web1 got ${first.requests} for ${answers.length} posts`);
    return found(posted, 'status 503', misses);
  },
};
