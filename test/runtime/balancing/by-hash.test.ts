import { describe, expect, it } from 'vitest';
import { balancerOf } from '../../../src/runtime/balancing';
import { ByHash } from '../../../src/runtime/balancing/by-hash';
import { maglevTable } from '../../../src/runtime/balancing/maglev-table';
import { counts, membersOf, type Played, spread } from './support';

it('makes its table for the first request that needs one, and again only once its members are others', () => {
  const made: number[] = [];
  const balancer = new ByHash<Played>((owners) => {
    made.push(owners.length);
    return maglevTable(owners, 7);
  });
  const tell = (weights: readonly number[], hash: number | undefined = 1) => {
    balancer.update(membersOf(weights));
    balancer.next([], false, hash);
    return made.splice(0);
  };
  balancer.update(membersOf([1, 1]));
  balancer.next([], false, undefined);
  expect(made).toEqual([]);
  expect([tell([1, 1]), tell([1, 1]), tell([1, 2]), tell([1]), tell([1])]).toEqual([[2], [], [2], [1], []]);
});

describe.each(['consistentHash', 'maglev'] as const)('%s', (algorithm) => {
  function started(weights: readonly number[]) {
    const members = membersOf(weights);
    const balancer = balancerOf<Played>(algorithm);
    balancer.update(members);
    return {
      members,
      balancer,
      owners: (hashes: readonly number[]) => hashes.map((hash) => balancer.next([], false, hash)),
    };
  }

  it('leads the same hash to the same target, in every data plane', () => {
    const names = [started([1, 2, 3]), started([1, 2, 3])].map(({ owners }) =>
      owners(spread(300)).map((member) => member?.target.name),
    );
    expect(names[0]).toEqual(names[1]);
  });

  it('gives each target its share of the hashes', () => {
    const { members, balancer } = started([1, 1, 2]);
    const [first, second, third] = counts(balancer, members, spread(8000));
    for (const count of [first, second]) expect(Math.abs(count - 2000)).toBeLessThan(300);
    expect(Math.abs(third - 4000)).toBeLessThan(400);
  });

  it.each([1, 40, 98])('moves nobody else’s hashes while %i of 100 are not available, and moves all back', (down) => {
    const { members, owners } = started(new Array<number>(100).fill(1));
    const hashes = spread(2000);
    const before = owners(hashes);
    for (const { target } of members.slice(0, down)) target.available = false;
    owners(hashes).forEach((member, index) => {
      expect(member?.target.available).toBe(true);
      if (before[index]?.target.available) expect(member).toBe(before[index]);
    });
    for (const { target } of members) target.available = true;
    expect(owners(hashes)).toEqual(before);
  });

  it('spreads the hashes of one that is not available over all others', () => {
    const { members, balancer } = started(new Array<number>(5).fill(1));
    members[0].target.available = false;
    const [none, ...others] = counts(balancer, members, spread(8000));
    expect(none).toBe(0);
    for (const count of others) expect(Math.abs(count - 2000)).toBeLessThan(450);
  });

  it('gives a target in slow start always the same hashes, and more of them as it warms up', () => {
    const { members, owners } = started([1, 1]);
    const hashes = spread(2000);
    const taken = [0.1, 0.4, 0.7, 1].map((share) => {
      members[0].share = share;
      return owners(hashes).map((member) => member === members[0]);
    });
    for (const [index, now] of taken.entries()) {
      const earlier = taken[index - 1];
      if (earlier === undefined) continue;
      expect(earlier.every((had, at) => !had || now[at])).toBe(true);
      expect(now.filter(Boolean).length).toBeGreaterThan(earlier.filter(Boolean).length + 100);
    }
  });

  it('takes turns where a request has nothing to hash', () => {
    const { members, balancer } = started([2, 1]);
    expect(counts(balancer, members, new Array(6).fill(undefined))).toEqual([4, 2]);
  });
});
