import type { HashTable } from './hash-table';
import { hashText } from './hash-text';
import type { Hash64 } from './xx-hash64';

/** Prime, and more than 100 slots for each of 600 targets, where the shares differ by less than 1 %. */
export const MAGLEV_SIZE = 65_537;

const FREE = 0xffff_ffff;

/** Somebody who owns slots. */
export interface Owner {
  /** Unique; the table depends on names and weights alone, in whatever order they come. */
  readonly name: string;
  readonly weight: number;
}

interface Builder {
  readonly index: number;
  readonly weight: number;
  readonly skip: number;
  /** The slot that it wants next. */
  slot: number;
  /** How much it has taken, in units of the heaviest's weight. */
  taken: number;
}

/**
 * The lookup table of Maglev (Eisenbud et al., NSDI 2016, section 3.4): everybody has a list of all slots in an order of
 * its own, and takes the first free one of it in turn, so that one who leaves hardly moves what others own. Offsets, skips
 * and the pace of those with less weight are Envoy's, so that the tables are the same.
 * @param size - a prime
 */
export function maglevTable(owners: readonly Owner[], size = MAGLEV_SIZE): HashTable {
  const table = new Uint32Array(size).fill(FREE);
  const builders = buildersOf(owners, size);
  const most = owners.reduce((greatest, { weight }) => Math.max(greatest, weight), 0);
  let free = builders.length === 0 ? 0 : size;
  for (let round = 1; free > 0; round++) {
    for (const builder of builders) {
      if (round * builder.weight < builder.taken) continue;
      builder.taken += most;
      let { slot } = builder;
      while (table[slot] !== FREE) slot = step(slot, builder.skip, size);
      table[slot] = builder.index;
      builder.slot = step(slot, builder.skip, size);
      free -= 1;
      if (free === 0) break;
    }
  }
  return { owners: table, slotOf: (hash) => hash % size };
}

function buildersOf(owners: readonly Owner[], size: number): Builder[] {
  return owners
    .map(({ name, weight }, index) => ({
      index,
      name,
      weight,
      slot: remainder(hashText(name, 0), size),
      skip: remainder(hashText(name, 1), size - 1) + 1,
      taken: 0,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function step(slot: number, skip: number, size: number): number {
  const next = slot + skip;
  return next >= size ? next - size : next;
}

/** The product stays below 2^53 as long as the divisor stays below 2^21. */
function remainder({ high, low }: Hash64, divisor: number): number {
  return ((high % divisor) * (2 ** 32 % divisor) + low) % divisor;
}
