import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Course, Split } from '../../../src/runtime/policies';
import { Registry } from '../../../src/runtime/telemetry';
import { Pool } from '../../../src/runtime/upstream';
import { request as policyRequest } from './support';

const POOLS = new Map(
  ['live', 'next'].map((name) => [
    name,
    new Pool(name, () => {
      throw new Error('it has no targets');
    }),
  ]),
);

function splitOf(weights: Record<string, number>, cookie?: string) {
  const registry = new Registry();
  const arms = Object.entries(weights).map(([name, weight]) => ({
    name,
    weight,
    tiers: [name === 'canary' ? 'next' : 'live', 'live'],
  }));
  const affinity = cookie === undefined ? undefined : { cookie };
  return { registry, split: new Split({ arms, affinity }, POOLS, { registry, api: 'shop', route: 'all' }) };
}

function choose(split: Split, cookie?: string, scheme: 'http' | 'https' = 'http') {
  const course = new Course();
  split.onRequest(policyRequest({ scheme, cookie: (name) => (name === 'cohort' ? cookie : undefined) }), course);
  return {
    arm: course.arm,
    pools: course.pools?.map(({ name }) => name),
    set: course.response.added.map(({ name, value }) => `${name}: ${value}`),
  };
}

it('gives each arm exactly its share of every cycle, and spreads the small ones', () => {
  const weights = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 12 }), { minKeys: 1 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 3 }), (described, cycles) => {
      const total = Object.values(described).reduce((sum, weight) => sum + weight, 0);
      fc.pre(total > 0);
      const { split } = splitOf(described);
      for (let cycle = 0; cycle < cycles; cycle++) {
        const chosen = Array.from({ length: total }, () => choose(split).arm);
        for (const [arm, weight] of Object.entries(described))
          expect(chosen.filter((one) => one === arm)).toHaveLength(weight);
      }
    }),
  );
});

it('sends a request through the tiers of its arm, so that a failing one is followed by the old version', () => {
  expect(choose(splitOf({ canary: 1 }).split).pools).toEqual(['next', 'live']);
});

it('counts the requests of each arm', () => {
  const { split, registry } = splitOf({ stable: 3, canary: 1 });
  for (let i = 0; i < 8; i++) choose(split);
  expect(registry.render()).toContain('spillway_split_requests_total{api="shop",route="all",arm="stable"} 6');
  expect(registry.render()).toContain('spillway_split_requests_total{api="shop",route="all",arm="canary"} 2');
});

describe('with a cookie', () => {
  it('keeps a client with its arm, and sets the cookie only once', () => {
    const { split } = splitOf({ stable: 1, canary: 1 }, 'cohort');
    const first = choose(split);
    expect(first.set).toEqual([`Set-Cookie: cohort=${first.arm}; Path=/; HttpOnly; SameSite=Lax`]);
    for (let i = 0; i < 5; i++) expect(choose(split, first.arm)).toEqual({ ...first, set: [] });
  });

  it('takes no turn away from clients that are new', () => {
    const { split } = splitOf({ stable: 1, canary: 1 }, 'cohort');
    const arms = Array.from({ length: 4 }, () => {
      choose(split, 'canary');
      return choose(split).arm;
    });
    expect(arms).toEqual(['stable', 'canary', 'stable', 'canary']);
  });

  it.each(['', 'nobody', 'Stable', 'stable; x', '__proto__'])(
    'chooses anew for a cookie that names no arm: %j',
    (cookie) => {
      const { arm, set } = choose(splitOf({ stable: 1 }, 'cohort').split, cookie);
      expect(arm).toBe('stable');
      expect(set).toHaveLength(1);
    },
  );

  it('moves everybody off an arm whose weight is 0, at once', () => {
    const { split } = splitOf({ stable: 100, canary: 0 }, 'cohort');
    const moved = choose(split, 'canary');
    expect(moved.arm).toBe('stable');
    expect(moved.set).toEqual(['Set-Cookie: cohort=stable; Path=/; HttpOnly; SameSite=Lax']);
  });

  it('sets it for https alone where the client came by https', () => {
    expect(choose(splitOf({ stable: 1 }, 'cohort').split, undefined, 'https').set[0]).toMatch(/; Secure$/);
  });

  it('is not looked at without being described', () => {
    const { split } = splitOf({ stable: 1, canary: 1 });
    expect([choose(split, 'canary'), choose(split, 'stable')].map(({ arm, set }) => [arm, ...set])).toEqual([
      ['stable'],
      ['canary'],
    ]);
  });
});
