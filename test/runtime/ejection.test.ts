import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusOf } from '../../src/runtime/status';
import { apiOf, RARE_CHECK } from './support/serve';
import { Watched } from './support/watched';

/** An API with a pool of so many targets, and a standby where it is asked for. */
function apiWith(targets: number, words: object = {}, { standby = false, priorities = [] as number[] } = {}) {
  const list = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ address: `127.0.0.1:${from + i}`, priority: priorities[i] ?? 0 }));
  return apiOf({
    pools: {
      web: { targets: list(1, targets) as never, healthCheck: RARE_CHECK, ...words },
      standby: { targets: list(1_001, 1) as never, healthCheck: RARE_CHECK },
    },
    routes: { all: { tiers: standby ? ['web', 'standby'] : ['web'] }, other: { path: '/standby', pool: 'standby' } },
  });
}

const EJECTION = { outlierEjection: { consecutiveFailures: 3, baseTime: '30s', maxTime: '2m', maxPercent: 50 } };

it('ejects a target that fails, and lets it come back by itself after its time', async () => {
  const watched = await Watched.open(apiWith(4, EJECTION));
  watched.send(1, 'xgx');
  expect(watched.available).toEqual([0, 2, 3, 4]);
  watched.pass(29_900);
  expect(watched.available).toEqual([0, 2, 3, 4]);
  watched.pass(200);
  expect(watched.available).toEqual([0, 1, 2, 3, 4]);
  const about = { kind: 'ejection', pool: 'web', target: '127.0.0.1:2' };
  expect(watched.events).toEqual([
    { ...about, state: 'ejected', reason: 'consecutiveFailures', ms: 30_000 },
    { ...about, state: 'returned' },
  ]);
});

it('ejects it for longer the next time', async () => {
  const watched = await Watched.open(apiWith(4, EJECTION));
  watched.send(1, 'xxx');
  watched.pass(30_100);
  watched.send(1, 'xxx');
  watched.pass(59_000);
  expect(watched.available).toEqual([0, 2, 3, 4]);
  watched.pass(1_100);
  expect(watched.available).toEqual([0, 1, 2, 3, 4]);
});

it('leaves an ejected target out whatever its probes say', async () => {
  const watched = await Watched.open(apiWith(4, EJECTION));
  watched.send(1, 'xxx');
  const { health } = watched.targets[1];
  for (const error of [undefined, 'refused', undefined])
    health.record(error, { healthyThreshold: 1, unhealthyThreshold: 1 });
  expect([health.up, watched.available]).toEqual([true, [0, 2, 3, 4]]);
});

it('says nothing of requests that clients left', async () => {
  const watched = await Watched.open(apiWith(4, EJECTION));
  watched.send(1, 'xx-----.xx');
  expect(watched.available).toHaveLength(5);
});

it('counts and shows ejections', async () => {
  const watched = await Watched.open(apiWith(2, EJECTION));
  watched.send(1, 'xxx');
  const labels = 'api="test",pool="web",target="127.0.0.1:2"';
  expect(watched.metric('spillway_target_ejected')).toContain(`{${labels}} 1`);
  expect(watched.metric('spillway_target_ejections_total')).toEqual([`{${labels},reason="consecutiveFailures"} 1`]);
  expect(statusOf(watched.configuration, '1', true)).toMatchObject({ pools: { web: [{}, { ejected: true }] } });
  expect(JSON.stringify(statusOf(watched.configuration, '1', true)).match(/ejected/g)).toHaveLength(1);
  watched.pass(31_000);
  expect(watched.metric('spillway_target_ejected')).toContain(`{${labels}} 0`);
});

describe('how many are ejected', () => {
  it('is bounded by the share of the pool', async () => {
    const watched = await Watched.open(apiWith(5, EJECTION));
    for (const place of [0, 1, 2, 3, 4]) watched.send(place, 'xxxxxx');
    expect(watched.available).toEqual([2, 3, 4, 5]);
  });

  it('may be all where another tier is left, and never the last one that is available', async () => {
    const words = { outlierEjection: { ...EJECTION.outlierEjection, maxPercent: 100 } };
    const alone = await Watched.open(apiWith(3, words));
    const beside = await Watched.open(apiWith(3, words, { standby: true }));
    for (const watched of [alone, beside]) for (const place of [2, 1, 0]) watched.send(place, 'xxxxxxxxx');
    expect(alone.available).toEqual([0, 3]);
    expect(beside.available).toEqual([3]);
  });

  it('does not count on a lower tier that is down', async () => {
    const watched = await Watched.open(apiWith(1, EJECTION, { standby: true }));
    const [, standby] = watched.targets;
    standby.restore(false, 0, 'refused');
    watched.send(0, 'xxx');
    expect(watched.available).toEqual([0]);
    standby.restore(true, 0, undefined);
    watched.send(0, 'xxx');
    expect(watched.available).toEqual([1]);
  });

  it('counts on the lower priorities of the pool itself', async () => {
    const watched = await Watched.open(apiWith(2, EJECTION, { priorities: [0, -1] }));
    watched.send(0, 'xxx');
    expect(watched.available).toEqual([1, 2]);
  });

  it('is none where the share is 0', async () => {
    const watched = await Watched.open(apiWith(3, { outlierEjection: { maxPercent: 0, consecutiveFailures: 1 } }));
    watched.send(0, 'xxxx');
    expect(watched.available).toHaveLength(4);
  });

  it('never passes its bound, nor leaves a route without a target, whatever happens', async () => {
    const step = fc.record({
      place: fc.nat({ max: 5 }),
      result: fc.constantFrom('.', 'x', 'g', '-', 'xxx'),
      after: fc.constantFrom(0, 0, 0, 1_000, 20_000),
    });
    const check = async (
      percent: number,
      standby: boolean,
      list: { place: number; result: string; after: number }[],
    ) => {
      const words = { outlierEjection: { ...EJECTION.outlierEjection, maxPercent: percent } };
      const watched = await Watched.open(apiWith(5, words, { standby }));
      for (const { place, result, after } of list) {
        watched.send(place, result);
        watched.now += after;
        watched.pass(10);
        const left = watched.available.filter((one) => one < 5);
        expect(5 - left.length).toBeLessThanOrEqual(Math.max(1, Math.floor((5 * percent) / 100)));
        expect(left.length + (standby ? 1 : 0)).toBeGreaterThan(0);
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), fc.boolean(), fc.array(step, { maxLength: 60 }), check),
      {
        numRuns: 60,
      },
    );
  });
});

describe('the success rate', () => {
  const words = {
    outlierEjection: {
      consecutiveFailures: 1_000,
      successRate: { minimumRequests: 10, minimumTargets: 5, window: '10s' },
    },
  };

  it('is compared at the end of each window', async () => {
    const watched = await Watched.open(apiWith(6, words));
    for (const place of [0, 1, 2, 3, 4]) watched.send(place, '.'.repeat(20));
    watched.send(5, '.x'.repeat(10));
    watched.pass(9_900);
    expect(watched.available).toHaveLength(7);
    watched.pass(200);
    expect(watched.available).toEqual([0, 1, 2, 3, 4, 6]);
    expect(watched.events).toMatchObject([{ state: 'ejected', target: '127.0.0.1:6', reason: 'successRate' }]);
  });

  it('forgets what lies before the window', async () => {
    const watched = await Watched.open(apiWith(6, words));
    watched.send(5, '.x'.repeat(10));
    watched.pass(10_100);
    for (const place of [0, 1, 2, 3, 4, 5]) watched.send(place, '.'.repeat(20));
    watched.pass(10_100);
    expect(watched.available).toHaveLength(7);
  });
});

describe('over a reload', () => {
  it('an ejection goes on, to the same end', async () => {
    const watched = await Watched.open(apiWith(4, EJECTION));
    watched.send(1, 'xxx');
    watched.pass(20_000);
    await watched.load(apiWith(3, EJECTION));
    expect(watched.available).toEqual([0, 2, 3]);
    expect(watched.metric('spillway_target_ejected')).toContain('{api="test",pool="web",target="127.0.0.1:2"} 1');
    watched.pass(9_900);
    expect(watched.available).toEqual([0, 2, 3]);
    watched.pass(200);
    expect(watched.available).toEqual([0, 1, 2, 3]);
    expect(watched.events).toHaveLength(2);
  });

  it('failures in a row are counted on, also those of requests that began before', async () => {
    const watched = await Watched.open(apiWith(4, EJECTION));
    const [, before] = watched.targets;
    watched.send(1, 'xx');
    const round = before.began();
    await watched.load(apiWith(4, EJECTION));
    expect(watched.targets[1].inFlight).toBe(1);
    before.ended('5xx', 500, 1, round);
    before.left();
    expect([watched.available, watched.targets[1].inFlight]).toEqual([[0, 2, 3, 4], 0]);
  });

  it('nothing holds that is described no more', async () => {
    const watched = await Watched.open(apiWith(4, EJECTION));
    watched.send(1, 'xxx');
    await watched.load(apiWith(4));
    expect(watched.available).toEqual([0, 1, 2, 3, 4]);
    expect(watched.metric('spillway_target_ejected')).toEqual([]);
    watched.pass(40_000);
    expect(watched.events).toHaveLength(1);
  });
});
