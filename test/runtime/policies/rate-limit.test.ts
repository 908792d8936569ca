import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Api, parseApi } from '../../../src/model';
import { OwnLimits, type RateLimit, type RateWaiter } from '../../../src/runtime/limits';
import { Rates } from '../../../src/runtime/limits/rates';
import { Course, type OwnAnswer } from '../../../src/runtime/policies';
import { RateLimitPolicy } from '../../../src/runtime/policies/rate-limit';
import { Registry } from '../../../src/runtime/telemetry';
import { request } from './support';

let registry: Registry;
let limits: OwnLimits;
let rates: Rates;

beforeEach(() => {
  registry = new Registry();
  limits = new OwnLimits();
  rates = new Rates(limits);
});

function apiOf(rateLimit: object): Api {
  const pools = { web: { targets: [{ address: '127.0.0.1:1' }] } };
  return parseApi({ version: 1, name: 'api', listeners: {}, pools, routes: { all: { pool: 'web', rateLimit } } });
}

/** The policy of a route, served. */
function serve(rateLimit: object): RateLimitPolicy {
  const { routes } = apiOf(rateLimit);
  rates.serve(routes);
  limits.sweep();
  const described = routes.all.rateLimit as NonNullable<typeof routes.all.rateLimit>;
  return new RateLimitPolicy(described, rates, { registry, api: 'api', route: 'all' });
}

function ask(policy: RateLimitPolicy, now: number, clientAddress = '192.0.2.1'): Course {
  const course = new Course();
  policy.onRequest(request({ clientAddress }), course, now);
  return course;
}

const statusOf = ({ answer }: Course) => answer?.status ?? 200;
const fieldsOf = ({ response }: Course) => response.added.map(({ name, value }) => `${name}: ${value}`);

describe('a rate limit', () => {
  it('lets a burst through, then as many as come with time, for each client on its own', () => {
    const policy = serve({ requests: 2, burst: 3 });
    expect([0, 0, 0, 0].map((now) => statusOf(ask(policy, now)))).toEqual([200, 200, 200, 429]);
    expect(statusOf(ask(policy, 0, '192.0.2.2'))).toBe(200);
    expect([400, 500, 600, 1_000].map((now) => statusOf(ask(policy, now)))).toEqual([429, 200, 429, 200]);
  });

  it('answers 429 with a reason, and when to come again', () => {
    const policy = serve({ requests: 1, per: '1m' });
    ask(policy, 0);
    const { answer } = ask(policy, 15_000);
    expect(answer).toEqual({
      status: 429,
      reason: 'rateLimit',
      answer: {
        contentType: 'application/json',
        body: '{"error":"too many requests"}',
        headers: { 'Retry-After': '45' },
      },
    });
  });

  it('tells the limit and what is left of it with every response', () => {
    const policy = serve({ requests: 4, per: '2s' });
    const told = [0, 0, 0, 0, 0].map((now) => fieldsOf(ask(policy, now)));
    expect(told.map(([limit]) => limit)).toEqual(new Array(5).fill('RateLimit-Policy: "all";q=4;w=2'));
    expect(told.map(([, left]) => left)).toEqual(
      ['r=3;t=2', 'r=2;t=1', 'r=1;t=1', 'r=0;t=1', 'r=0;t=1'].map((rest) => `RateLimit: "all";${rest}`),
    );
  });

  it('tells a burst of its own, and a window in whole seconds', () => {
    const [burst] = fieldsOf(ask(serve({ requests: 2, burst: 9 }), 0));
    expect(burst).toBe('RateLimit-Policy: "all";q=2;w=1;spillway-burst=9');
    const [window] = fieldsOf(ask(serve({ requests: 3, per: '1500ms' }), 0));
    expect(window).toBe('RateLimit-Policy: "all";q=4;w=2');
  });

  it('promises no earlier time with Retry-After than with RateLimit', () => {
    const policy = serve({ requests: 7, per: '1m' });
    for (let now = 0; now < 60_000; now += 700) {
      const course = ask(policy, now);
      if (course.answer === undefined) continue;
      const window = /;t=(\d+)$/.exec(fieldsOf(course)[1])?.[1];
      expect(course.answer.answer.headers['Retry-After']).toBe(window);
    }
  });

  it('goes on over a reload, by what is described now', () => {
    ask(serve({ requests: 2 }), 0);
    const policy = serve({ requests: 2 });
    expect([0, 0].map((now) => statusOf(ask(policy, now)))).toEqual([200, 429]);
    expect(statusOf(ask(serve({ requests: 10 }), 100))).toBe(200);
  });

  it('forgets the clients of a route that is gone', () => {
    ask(serve({ requests: 1 }), 0);
    rates.serve({});
    limits.sweep();
    expect(statusOf(ask(serve({ requests: 1 }), 0))).toBe(200);
  });

  it('counts what it decides', () => {
    const policy = serve({ requests: 1 });
    for (const now of [0, 0, 0]) ask(policy, now);
    expect(registry.render().match(/^spillway_ratelimit_decisions_total.*$/gm)).toEqual([
      'spillway_ratelimit_decisions_total{api="api",route="all",decision="allow"} 1',
      'spillway_ratelimit_decisions_total{api="api",route="all",decision="deny"} 2',
    ]);
  });

  it('never lets a client have more than its burst and what came with time', () => {
    const step = fc.record({ wait: fc.nat(3_000), count: fc.nat(12) });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        (steps, requests, burst, seconds) => {
          limits = new OwnLimits();
          rates = new Rates(limits);
          const policy = serve({ requests, burst, per: `${seconds}s` });
          const passed: number[] = [];
          let now = 0;
          for (const { wait, count } of steps) {
            now += wait;
            for (let i = 0; i < count; i++) if (statusOf(ask(policy, now)) === 200) passed.push(now);
          }
          for (const [i, from] of passed.entries()) {
            for (const [j, to] of passed.entries()) {
              if (j < i) continue;
              expect(j - i + 1).toBeLessThanOrEqual(burst + ((to - from) / 1000) * (requests / seconds) + 1e-6);
            }
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a rate limit that is asked of the instance', () => {
  /** What the process does not know. */
  function asking() {
    const policy = serve({ requests: 5 });
    const limit = rates.of('all') as RateLimit;
    const waiters: RateWaiter[] = [];
    Object.assign(limit, {
      take: () => 'ask',
      whenDecided: (_key: string, waiter: RateWaiter) => waiters.push(waiter),
      leave: (_key: string, waiter: RateWaiter) => waiters.splice(waiters.indexOf(waiter), 1),
    });
    const course = ask(policy, 0);
    const answers: (OwnAnswer | undefined)[] = [];
    const cancel = course.question?.((answer) => answers.push(answer));
    return { course, answers, waiters, cancel };
  }

  it('lets the request wait for the answer, and go on', () => {
    const { course, answers, waiters } = asking();
    expect([answers, fieldsOf(course)]).toEqual([[], []]);
    waiters[0].onDecided(true);
    expect(answers).toEqual([undefined]);
    expect(fieldsOf(course)).toHaveLength(2);
  });

  it('refuses it where the instance does', () => {
    const { answers, waiters } = asking();
    waiters[0].onDecided(false);
    expect(answers.map((answer) => answer?.status)).toEqual([429]);
  });

  it('does not want an answer any more once the client has left', () => {
    const { waiters, cancel } = asking();
    cancel?.();
    expect(waiters).toEqual([]);
  });
});
