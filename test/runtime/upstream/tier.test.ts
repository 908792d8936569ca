import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetId } from '../../../src/runtime/balancing';
import { type Sharing, Tier } from '../../../src/runtime/upstream';
import { choice } from '../support/choice';
import { targetOf } from '../support/target';

const NOW = 1_000_000;

function tierOf(weights: readonly number[], sharing: Partial<Sharing> = {}, random = () => 0): Tier {
  const described: Sharing = { algorithm: 'roundRobin', panicPercent: 0, readOnly: false, ...sharing };
  const tier = new Tier('web', described, { random, clock: () => NOW });
  tier.update(weights.map((weight, port) => ({ target: targetOf(port), weight })));
  return tier;
}

/** Chooses so often, and tells how often each was chosen. */
function counts(tier: Tier, times: number): number[] {
  const found = tier.targets.map(() => 0);
  for (let i = 0; i < times; i++) found[tier.next(choice())?.port ?? -1] += 1;
  return found;
}

const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });

it('chooses each target exactly as often as its weight says, over every whole cycle', () => {
  fc.assert(
    fc.property(weights, fc.nat({ max: 200 }), (list, start) => {
      const tier = tierOf(list);
      counts(tier, start);
      const cycle = list.reduce((sum, weight) => sum + weight, 0);
      expect(counts(tier, cycle)).toEqual(list);
    }),
  );
});

it('spreads a heavy target over the cycle', () => {
  const tier = tierOf([5, 1, 1]);
  expect(Array.from({ length: 7 }, () => tier.next(choice())?.port)).toEqual([0, 0, 1, 0, 2, 0, 0]);
});

it('never chooses what is down or was tried', () => {
  fc.assert(
    fc.property(weights, fc.infiniteStream(fc.boolean()), fc.infiniteStream(fc.boolean()), (list, down, tried) => {
      const tier = tierOf(list);
      for (const target of tier.targets) target.health.up = !down.next().value;
      const before = tier.targets.filter(() => tried.next().value);
      const left = tier.targets.filter((target) => target.up && !before.includes(target));
      const next = tier.next(choice(before));
      expect(next === undefined ? left.length === 0 : left.includes(next)).toBe(true);
      expect(tier.available).toBe(tier.targets.some(({ up }) => up));
    }),
  );
});

it('lets targets that stay keep their turn when others come and go', () => {
  const tier = tierOf([1, 1, 1]);
  const [first, second, third] = tier.targets;
  expect(tier.next(choice())).toBe(first);
  tier.update([third, first, second].map((target) => ({ target, weight: 1 })));
  expect([tier.next(choice()), tier.next(choice())]).toEqual([third, second]);
});

it('never chooses a target that drains, whatever panic says, and is not available with nobody else', () => {
  const tier = tierOf([1, 1], { panicPercent: 100 });
  const [first, second] = tier.targets;
  first.draining = true;
  expect(counts(tier, 4)).toEqual([0, 4]);
  second.draining = true;
  expect(tier.available).toBe(false);
  expect([choice(), choice([], { lastResort: true })].map((one) => [tier.next(one), tier.serves(one)])).toEqual([
    [undefined, false],
    [undefined, false],
  ]);
});

it('takes its choices from the algorithm of its pool', () => {
  const tier = tierOf([1, 1, 1], { algorithm: 'leastRequests' });
  for (const target of tier.targets.slice(1)) target.began();
  expect(counts(tier, 3)).toEqual([3, 0, 0]);
});

it('leaves out a target without a connection left', () => {
  const tier = tierOf([1, 1]);
  Object.defineProperty(tier.targets[0], 'full', { value: true });
  expect(counts(tier, 4)).toEqual([0, 4]);
  expect(tier.available).toBe(true);
});

it.each([
  [{ hashKey: 'header:X-User' }, 'header:X-User'],
  [{}, 'clientAddress'],
])('asks for the hash of what its pool names, or of the client’s address', (sharing, key) => {
  const tier = tierOf([1, 1, 1], { algorithm: 'maglev', ...sharing });
  const asked: string[] = [];
  const hash = (name: string) => {
    asked.push(name);
    return 77;
  };
  const chosen = new Set([1, 2, 3].map(() => tier.next(choice([], { hash }))));
  expect([chosen.size, asked]).toEqual([1, [key, key, key]]);
});

it('asks for no hash where nothing is hashed', () => {
  const hash = () => {
    throw new Error('it was asked for');
  };
  expect(tierOf([1]).next(choice([], { hash }))?.port).toBe(0);
});

describe('a client that remembers its target', () => {
  const remembering = (tier: Tier, port: number, tried = 0) =>
    tier.next(choice(tier.targets.slice(0, tried), { sticky: targetId(`127.0.0.1:${port}`) }))?.port;

  it('gets it again, and takes nobody’s turn', () => {
    const tier = tierOf([1, 1, 1]);
    expect([1, 2, 3].map(() => remembering(tier, 1))).toEqual([1, 1, 1]);
    expect(counts(tier, 3)).toEqual([1, 1, 1]);
  });

  it('gets another one where it is down, drains, or was tried', () => {
    const tier = tierOf([1, 1, 1]);
    const [first, second] = tier.targets;
    second.health.up = false;
    expect(remembering(tier, 1)).not.toBe(1);
    second.health.up = true;
    second.draining = true;
    expect(remembering(tier, 1)).not.toBe(1);
    expect(remembering(tier, first.port, 1)).not.toBe(first.port);
  });

  it('gets another one where it has left, or never was here', () => {
    const tier = tierOf([1, 1]);
    const [first, second] = tier.targets;
    expect(remembering(tier, second.port)).toBe(1);
    tier.update([{ target: first, weight: 1 }]);
    expect([remembering(tier, second.port), remembering(tier, 99)]).toEqual([0, 0]);
  });

  it('gets a healthy one rather than the one it was with while the tier is in panic', () => {
    const tier = tierOf([1, 1, 1, 1], { panicPercent: 50 });
    for (const target of tier.targets.slice(1)) target.health.up = false;
    expect(new Set([1, 2, 3, 4].map(() => remembering(tier, 3))).size).toBeGreaterThan(1);
  });
});

describe('a tier for safe methods only', () => {
  it('serves these, and nothing else', () => {
    const tier = tierOf([1], { readOnly: true });
    const [safe, unsafe] = [choice(), choice([], { safe: false, lastResort: true })];
    expect([tier.next(safe)?.port, tier.serves(safe)]).toEqual([0, true]);
    expect([tier.next(unsafe), tier.serves(unsafe)]).toEqual([undefined, false]);
    expect(tier.available).toBe(true);
  });
});

describe('panic', () => {
  const down = (tier: Tier, count: number) => {
    for (const target of tier.targets.slice(0, count)) target.health.up = false;
    return tier;
  };

  it('ignores health once the share of healthy targets is below the threshold', () => {
    expect(counts(down(tierOf([1, 1, 1, 1], { panicPercent: 50 }), 2), 4)).toEqual([0, 0, 2, 2]);
    expect(counts(down(tierOf([1, 1, 1, 1], { panicPercent: 50 }), 3), 4)).toEqual([1, 1, 1, 1]);
  });

  it('does not count those that drain', () => {
    const tier = down(tierOf([1, 1, 1, 1], { panicPercent: 50 }), 1);
    for (const target of tier.targets.slice(2)) target.draining = true;
    expect(counts(tier, 4)).toEqual([0, 4, 0, 0]);
  });

  it('sends nothing to a tier without a healthy target before there is no other', () => {
    const tier = down(tierOf([1, 1], { panicPercent: 1 }), 2);
    const last = choice([], { lastResort: true });
    expect([tier.available, tier.serves(choice()), tier.next(choice())]).toEqual([false, false, undefined]);
    expect([tier.serves(last), tier.next(last)?.port, tier.next(last)?.port]).toEqual([true, 0, 1]);
  });

  it('never comes where the threshold is 0', () => {
    const tier = down(tierOf([1, 1]), 2);
    expect(tier.next(choice([], { lastResort: true }))).toBeUndefined();
  });
});

describe('slow start', () => {
  it('gives a target that has come up a share that grows to the whole', () => {
    for (const [age, turns] of [
      [0, 1],
      [500, 5],
      [1000, 10],
    ] as const) {
      const tier = tierOf([10, 10], { slowStart: 1000 });
      const [first, second] = tier.targets;
      first.health.since = 0;
      second.health.since = NOW - age;
      expect(counts(tier, 10 + turns)).toEqual([10, turns]);
    }
  });

  it('makes no difference among targets that have come up together', () => {
    const tier = tierOf([2, 1], { slowStart: 1000 });
    for (const target of tier.targets) target.health.since = NOW - 10;
    expect(counts(tier, 30)).toEqual([20, 10]);
  });
});

it('knows that it is available whichever target is', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })), (states) => {
      const tier = tierOf([1, 1, 1, 1]);
      for (const state of states) {
        for (const [index, target] of tier.targets.entries()) target.health.up = state[index] as boolean;
        expect(tier.available).toBe(state.includes(true));
      }
    }),
  );
});
