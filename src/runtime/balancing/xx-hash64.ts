import { Word64 } from './word64';

/** A hash of 64 bits, as two unsigned halves. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

// The constants of XXH64 (the xxHash specification, section "XXH64 algorithm description").
const PRIME1 = new Word64(0x9e3779b1 | 0, 0x85ebca87 | 0);
const PRIME2 = new Word64(0xc2b2ae3d | 0, 0x27d4eb4f);
const PRIME3 = new Word64(0x165667b1, 0x9e3779f9 | 0);
const PRIME4 = new Word64(0x85ebca77 | 0, 0xc2b2ae63 | 0);
const PRIME5 = new Word64(0x27d4eb2f, 0x165667c5);
/** The seed's share of the fourth lane is the seed less this. */
const MINUS_PRIME1 = new Word64(0x61c8864e, 0x7a143579);

// Hashing ends before anybody else begins, so that one of each is enough.
const lanes = [new Word64(), new Word64(), new Word64(), new Word64()] as const;
const [state, part, start] = [new Word64(), new Word64(), new Word64()];

/** The XXH64 of octets. @param seed - an unsigned number of 32 bits */
export function xxHash64(octets: Uint8Array, seed = 0, length = octets.length): Hash64 {
  start.set(0, seed);
  let at = 0;
  if (length >= 32) {
    lanes[0].copy(start).add(PRIME1).add(PRIME2);
    lanes[1].copy(start).add(PRIME2);
    lanes[2].copy(start);
    lanes[3].copy(start).add(MINUS_PRIME1);
    for (; at + 32 <= length; at += 32) {
      for (let lane = 0; lane < 4; lane++) round(lanes[lane] as Word64, readWord(octets, at + 8 * lane));
    }
    state.copy(lanes[0]).rotateLeft(1).add(part.copy(lanes[1]).rotateLeft(7));
    state.add(part.copy(lanes[2]).rotateLeft(12)).add(part.copy(lanes[3]).rotateLeft(18));
    for (const lane of lanes)
      state
        .xor(round(part.set(0, 0), lane))
        .multiply(PRIME1)
        .add(PRIME4);
  } else {
    state.copy(start).add(PRIME5);
  }
  state.add(part.set(length / 2 ** 32, length));
  for (; at + 8 <= length; at += 8) {
    state
      .xor(round(start.set(0, 0), readWord(octets, at)))
      .rotateLeft(27)
      .multiply(PRIME1)
      .add(PRIME4);
  }
  if (at + 4 <= length) {
    state
      .xor(part.set(0, readHalf(octets, at)).multiply(PRIME1))
      .rotateLeft(23)
      .multiply(PRIME2)
      .add(PRIME3);
    at += 4;
  }
  for (; at < length; at++) {
    state
      .xor(part.set(0, octets[at] as number).multiply(PRIME5))
      .rotateLeft(11)
      .multiply(PRIME1);
  }
  state.mixRight(33).multiply(PRIME2).mixRight(29).multiply(PRIME3).mixRight(32);
  return { high: state.high >>> 0, low: state.low >>> 0 };
}

function round(lane: Word64, word: Word64): Word64 {
  return lane.add(word.multiply(PRIME2)).rotateLeft(31).multiply(PRIME1);
}

function readWord(octets: Uint8Array, at: number): Word64 {
  return part.set(readHalf(octets, at + 4), readHalf(octets, at));
}

/** Four octets, the lowest first. */
function readHalf(octets: Uint8Array, at: number): number {
  return (
    (octets[at] as number) |
    ((octets[at + 1] as number) << 8) |
    ((octets[at + 2] as number) << 16) |
    ((octets[at + 3] as number) << 24)
  );
}
