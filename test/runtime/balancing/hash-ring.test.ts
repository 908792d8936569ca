import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashRing } from '../../../src/runtime/balancing/hash-ring';
import { spread } from './support';

function owners(weights: readonly number[]) {
  return weights.map((weight, index) => ({ name: `10.0.${index >> 8}.${index & 255}:8080`, weight }));
}

/** Who owns each of some hashes, by name. */
function led(list: ReturnType<typeof owners>, hashes: readonly number[]): (string | undefined)[] {
  const ring = hashRing(list);
  return hashes.map((hash) => list[ring.owners[ring.slotOf(hash)] as number]?.name);
}

const hashes = spread(20_000);

it('gives each its share by weight, roughly', () => {
  const list = owners([1, 2, 3, 4]);
  const found = led(list, hashes);
  for (const { name, weight } of list) {
    const part = found.filter((one) => one === name).length / hashes.length;
    expect(Math.abs(part - weight / 10)).toBeLessThan(0.03);
  }
});

it('moves nothing but what the one that leaves has owned', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(weights, fc.nat(), (list, pick) => {
      // One of weight 1 keeps the unit of the others what it is.
      const all = owners([1, ...list]);
      const leaving = all[1 + (pick % list.length)];
      const after = led(
        all.filter((one) => one !== leaving),
        hashes.slice(0, 500),
      );
      led(all, hashes.slice(0, 500)).forEach((name, index) => {
        if (name !== leaving?.name) expect(after[index]).toBe(name);
      });
    }),
    { numRuns: 20 },
  );
});

it('leads a hash behind the last point to the first one', () => {
  const ring = hashRing(owners([1]));
  expect([ring.slotOf(0xffff_ffff), ring.slotOf(0)]).toEqual([0, 0]);
});

it('takes weights for what they are to each other', () => {
  expect(led(owners([100, 300]), hashes)).toEqual(led(owners([1, 3]), hashes));
});

it.each([
  ['many targets', new Array<number>(5000).fill(1)],
  ['great weights', [1, 1000, 999]],
])('has a bounded number of points for %s, and at least one for each', (_, weights) => {
  const ring = hashRing(owners(weights));
  expect(ring.owners.length).toBeLessThanOrEqual(131_072 + weights.length);
  expect(new Set(Array.from(ring.owners)).size).toBe(weights.length);
});
