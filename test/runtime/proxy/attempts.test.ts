import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Api } from '../../../src/model';
import { Attempts } from '../../../src/runtime/proxy/attempts';
import { ServedRoute } from '../../../src/runtime/proxy/served-route';
import { Registry, RouteMetrics, TargetMetrics } from '../../../src/runtime/telemetry';
import { Pool, type Sharing, type Target } from '../../../src/runtime/upstream';
import { apiOf } from '../support/serve';

/** Pools of two tiers each, two targets a tier, behind one route in this order. */
function played(sharings: readonly Partial<Sharing>[]) {
  const registry = new Registry();
  const api: Api = apiOf({
    pools: Object.fromEntries(sharings.map((_, index) => [`pool${index}`, { targets: [{ address: '127.0.0.1:1' }] }])),
    routes: { all: { tiers: sharings.map((_, index) => `pool${index}`), retry: { attempts: 10 } } },
  });
  const pools = sharings.map((sharing, index) => {
    const described: Sharing = { algorithm: 'roundRobin', panicPercent: 0, readOnly: false, ...sharing };
    const name = `pool${index}`;
    const metricsOf = (tier: string, target: string) => new TargetMetrics(registry, 'test', name, tier, target);
    const pool = new Pool(name, metricsOf, undefined, described);
    const member = (port: number) => ({ host: name, port, weight: 1 + (port % 3) });
    pool.update([
      { name, members: [member(1), member(2)] },
      { name: `${name}/-1`, members: [member(3), member(4)] },
    ]);
    return pool;
  });
  const metrics = new RouteMetrics(registry, 'test', 'all');
  const parts = { pools, metrics, policies: undefined, fallback: undefined, now: 0 };
  const route = new ServedRoute({ name: 'all', route: api.routes.all }, parts);
  const attempts = new Attempts();
  /** Whom a request is sent to, one after another, as long as there is anybody. */
  const tried = (method: string) => {
    const found: Target[] = [];
    attempts.begin(route, undefined, method, 0);
    for (let next = attempts.first(0); next !== undefined; next = attempts.next('reset', 0)) found.push(next);
    return found;
  };
  return { pools, tried };
}

const algorithm = fc.constantFrom<Sharing['algorithm'][]>(
  'roundRobin',
  'leastRequests',
  'random',
  'consistentHash',
  'maglev',
);
const sharing = fc.record({ algorithm, readOnly: fc.boolean() });
const states = fc.array(fc.record({ up: fc.boolean(), draining: fc.boolean() }), { minLength: 8, maxLength: 8 });

it('tries all available targets of the tiers that may serve, tier by tier, and no other, whatever the algorithms', () => {
  fc.assert(
    fc.property(sharing, sharing, states, fc.constantFrom('GET', 'PUT'), (first, second, list, method) => {
      const { pools, tried } = played([first, second]);
      for (const [index, target] of pools.flatMap(({ targets }) => targets).entries()) {
        target.health.up = list[index].up;
        target.draining = list[index].draining;
      }
      const due = pools.flatMap(({ tiers }, index) => {
        const safeOnly = [first, second][index].readOnly;
        if (safeOnly && method !== 'GET') return [];
        return tiers.map(({ targets }) => targets.filter(({ up, draining }) => up && !draining).map(({ key }) => key));
      });
      const found = tried(method).map(({ key }) => key);
      for (const tier of due) expect(found.splice(0, tier.length).sort()).toEqual(tier.sort());
      expect(found).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it('tries those that are thought to be down only after all others, and only where their pool may panic', () => {
  const { pools, tried } = played([{ panicPercent: 50 }, {}]);
  const [first, second] = pools;
  for (const target of [...first.targets, ...second.targets]) target.health.up = false;
  second.targets[2].health.up = true;
  first.targets[0].draining = true;
  const [available, ...others] = tried('GET').map(({ key }) => key);
  expect(available).toBe('pool1/-1 pool1:3');
  expect(others.sort()).toEqual(['pool0 pool0:2', 'pool0/-1 pool0:3', 'pool0/-1 pool0:4']);
});
