import type { HashTable } from './hash-table';
import { hashText } from './hash-text';
import type { Owner } from './maglev-table';

/** Points of a unit of weight: with these, the shares of equal targets differ by about 8 %. */
const POINTS = 160;
/** Points of a ring, about 30 ms of work; where all would have more, each has less. */
const MOST_POINTS = 131_072;
/** So many owners can be told apart in the lower bits of a number whose upper 32 are a position. */
const OWNERS = 2 ** 20;

/**
 * A ring of positions from 0 below 2^32, on which everybody owns points at the hashes of its name, as many as its weight
 * says; a hash leads to the point that follows it. What one who leaves has owned goes to its neighbours, all else stays.
 */
export function hashRing(owners: readonly Owner[]): HashTable {
  const points = positions(owners).sort();
  const at = new Uint32Array(points.length);
  const own = new Uint32Array(points.length);
  for (const [index, point] of points.entries()) {
    at[index] = Math.floor(point / OWNERS);
    own[index] = point % OWNERS;
  }
  return { owners: own, slotOf: (hash) => follower(at, hash) };
}

/** Each as the position and the index of its owner in one number, which sorts faster than pairs do. */
function positions(owners: readonly Owner[]): Float64Array {
  const counts = pointCounts(owners);
  const points = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let next = 0;
  for (const [index, { name }] of owners.entries()) {
    for (let i = 0; i < (counts[index] as number); i += 2) {
      const { high, low } = hashText(`${name}_${i}`);
      points[next++] = low * OWNERS + index;
      if (i + 1 < (counts[index] as number)) points[next++] = high * OWNERS + index;
    }
  }
  return points;
}

/** Weights that have a common divisor are the same shares without it. */
function pointCounts(owners: readonly Owner[]): number[] {
  const unit = owners.reduce((divisor, { weight }) => commonDivisor(divisor, weight), 0);
  const units = owners.reduce((sum, { weight }) => sum + weight / unit, 0);
  const each = Math.min(POINTS, MOST_POINTS / units);
  return owners.map(({ weight }) => Math.max(1, Math.round((weight / unit) * each)));
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function follower(at: Uint32Array, hash: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) >= hash) high = middle;
    else low = middle + 1;
  }
  return low === at.length ? 0 : low;
}
