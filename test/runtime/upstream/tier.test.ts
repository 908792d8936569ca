import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Registry, TargetMetrics } from '../../../src/runtime/telemetry';
import { Target, Tier } from '../../../src/runtime/upstream';
import { choice } from '../support/choice';

function tierOf(weights: readonly number[]): Tier {
  const members = weights.map((weight, port) => {
    const metrics = new TargetMetrics(new Registry(), 'api', 'web', 'web', String(port));
    const target = new Target('web', 'web', '127.0.0.1', port, metrics);
    target.trust();
    return { target, weight };
  });
  const tier = new Tier('web');
  tier.update(members);
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
