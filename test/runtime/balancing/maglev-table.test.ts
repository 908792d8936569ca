import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAGLEV_SIZE, maglevTable } from '../../../src/runtime/balancing/maglev-table';

const ports = [90, 91, 92, 93, 94, 95];

function owners(count: number, weightOf: (index: number) => number = () => 1) {
  return Array.from({ length: count }, (_, index) => ({
    name: `10.0.${index >> 8}.${index & 255}:8080`,
    weight: weightOf(index),
  }));
}

/** How many slots each owner has. */
function shares(table: ArrayLike<number>, count: number): number[] {
  const found = new Array<number>(count).fill(0);
  for (const owner of Array.from(table)) found[owner] += 1;
  return found;
}

// The tables of Envoy's own tests of its Maglev load balancer.
it.each([
  ['addresses', 7, ports.map((port) => ({ name: `127.0.0.1:${port}`, weight: 1 })), [2, 4, 0, 1, 5, 0, 3]],
  ['names', 7, ports.map((port) => ({ name: String(port), weight: 1 })), [2, 5, 0, 3, 4, 1, 0]],
  [
    'weights 1 and 2',
    17,
    [1, 2].map((weight) => ({ name: `127.0.0.1:${89 + weight}`, weight })),
    [1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1],
  ],
])('is the same table as Envoy’s for %s', (_, size, list, table) => {
  expect(Array.from(maglevTable(list, size).owners)).toEqual(table);
});

it('is the same whatever the order in which targets come', () => {
  const list = owners(20, (index) => 1 + (index % 3));
  const order = fc.shuffledSubarray([...list.keys()], { minLength: list.length });
  const named = (some: typeof list) => Array.from(maglevTable(some, 1009).owners, (owner) => some[owner]?.name);
  fc.assert(
    fc.property(order, (indices) => {
      expect(named(indices.map((index) => list[index] as (typeof list)[0]))).toEqual(named(list));
    }),
  );
});

it('gives each of 100 targets its share to 1 %, by weight', () => {
  const list = owners(100, (index) => 1 + (index % 4));
  const total = list.reduce((sum, { weight }) => sum + weight, 0);
  shares(maglevTable(list).owners, list.length).forEach((count, index) => {
    const due = (MAGLEV_SIZE * (list[index]?.weight ?? 0)) / total;
    expect(Math.abs(count - due)).toBeLessThan(Math.max(2, due / 100));
  });
});

it('moves at most 1 % of the others’ slots when one of 100 leaves', () => {
  const list = owners(100);
  const before = maglevTable(list).owners;
  fc.assert(
    fc.property(fc.nat({ max: 99 }), (leaving) => {
      const left = list.filter((_, index) => index !== leaving);
      const after = maglevTable(left).owners;
      let [moved, kept] = [0, 0];
      for (let slot = 0; slot < MAGLEV_SIZE; slot++) {
        const owner = before[slot] as number;
        if (owner === leaving) continue;
        kept += 1;
        if (left[after[slot] as number] !== list[owner]) moved += 1;
      }
      expect(moved / kept).toBeLessThanOrEqual(0.01);
    }),
    { numRuns: 10 },
  );
});

it('is made in less than 100 ms of the processor for 1,000 targets', () => {
  const list = owners(1000);
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    maglevTable(list);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  expect(Math.min(...times)).toBeLessThan(100);
});

it('has no owners where there is nobody', () => {
  expect(new Set(Array.from(maglevTable([], 7).owners))).toEqual(new Set([0xffff_ffff]));
});
