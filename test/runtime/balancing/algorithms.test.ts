import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Algorithm, balancerOf, eligible } from '../../../src/runtime/balancing';
import { Random } from '../support/random';
import { counts, membersOf, type Played, spread } from './support';

const ALGORITHMS: readonly Algorithm[] = ['roundRobin', 'leastRequests', 'random', 'consistentHash', 'maglev'];

const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
const state = fc.record({
  available: fc.boolean(),
  draining: fc.boolean(),
  full: fc.boolean(),
  inFlight: fc.nat(5),
  tried: fc.boolean(),
  warmth: fc.double({ min: 0.1, max: 1, noNaN: true }),
});

function balancer(algorithm: Algorithm, seed = 1) {
  const random = new Random(seed);
  return balancerOf<Played>(algorithm, () => random.next());
}

describe.each(ALGORITHMS)('%s', (algorithm) => {
  it('chooses an eligible target wherever there is one, and never another', () => {
    fc.assert(
      fc.property(
        weights,
        fc.array(state, { minLength: 8, maxLength: 8 }),
        fc.boolean(),
        fc.option(fc.integer({ min: 0, max: 0xffff_ffff }), { nil: undefined }),
        (list, states, panic, hash) => {
          const members = membersOf(list);
          members.forEach((member, index) => {
            const { warmth, tried: _, ...rest } = states[index] as (typeof states)[0];
            Object.assign(member.target, rest);
            member.share = member.weight * warmth;
          });
          const tried = members.filter((_, index) => states[index]?.tried).map(({ target }) => target);
          const left = members.filter(({ target }) => eligible(target, tried, panic));
          const one = balancer(algorithm, hash);
          one.update(members);
          for (let i = 0; i < 4; i++) {
            const next = one.next(tried, panic, hash);
            expect(next === undefined ? left.length === 0 : left.includes(next)).toBe(true);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has nobody to choose without members', () => {
    const one = balancer(algorithm);
    one.update([]);
    expect([one.next([], false, 1), one.next([], false, undefined)]).toEqual([undefined, undefined]);
  });

  it('finds the only one of many that is available', () => {
    const members = membersOf(new Array<number>(300).fill(1));
    for (const { target } of members) target.available = false;
    const one = balancer(algorithm);
    one.update(members);
    expect(one.next([], false, 5)).toBeUndefined();
    members[123].target.available = true;
    expect(one.next([], false, 5)).toBe(members[123]);
  });

  it('follows a change of its members', () => {
    const [old, fresh] = [membersOf([1, 1]), membersOf([1])];
    const one = balancer(algorithm);
    one.update(old);
    one.next([], false, 1);
    one.update(fresh);
    expect(one.next([], false, 1)).toBe(fresh[0]);
  });

  it('sends a target in slow start about as much as its share says', () => {
    const members = membersOf([4, 4, 4, 4]);
    members[0].share = 1;
    const one = balancer(algorithm);
    one.update(members);
    const [first, ...others] = counts(one, members, spread(8000));
    // One that is less busy for its share comes first whatever the share: it is the load that follows it.
    const [least, most] = algorithm === 'leastRequests' || algorithm === 'random' ? [0, 620] : [350, 900];
    expect(first).toBeGreaterThanOrEqual(least);
    expect(first).toBeLessThan(most);
    for (const other of others) expect(other).toBeGreaterThan(1800);
  });
});
