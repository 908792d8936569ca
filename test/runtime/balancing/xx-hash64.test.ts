import fc from 'fast-check';
import { expect, it } from 'vitest';
import { xxHash64 } from '../../../src/runtime/balancing/xx-hash64';

const BITS = 0xffff_ffff_ffff_ffffn;
const [P1, P2, P3, P4, P5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;

function hex(octets: Uint8Array, seed = 0): string {
  const { high, low } = xxHash64(octets, seed);
  return ((BigInt(high) << 32n) | BigInt(low)).toString(16).padStart(16, '0');
}

/** The octets that the vectors of the xxHash project are made from (`sanity_test_vectors`). */
function generated(length: number): Uint8Array {
  const octets = new Uint8Array(length);
  let state = 2_654_435_761n;
  for (let i = 0; i < length; i++) {
    octets[i] = Number(state >> 56n);
    state = (state * 11_400_714_785_074_694_797n) & BITS;
  }
  return octets;
}

/** The specification (xxHash, `xxhash_spec.md`) word for word, in bigints. */
function specified(octets: Uint8Array, seed: number): string {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const left = (value: bigint, by: bigint) => ((value << by) | (value >> (64n - by))) & BITS;
  const round = (lane: bigint, word: bigint) => (left((lane + word * P2) & BITS, 31n) * P1) & BITS;
  const lanes = [BigInt(seed) + P1 + P2, BigInt(seed) + P2, BigInt(seed), BigInt(seed) - P1].map((lane) => lane & BITS);
  let [at, state] = [0, BigInt(seed) + P5];
  if (octets.length >= 32) {
    for (; at + 32 <= octets.length; at += 32)
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] as bigint, view.getBigUint64(at + 8 * i, true));
    state = lanes.reduce((sum, lane, i) => sum + left(lane, [1n, 7n, 12n, 18n][i] as bigint), 0n);
    for (const lane of lanes) state = (((state & BITS) ^ round(0n, lane)) * P1 + P4) & BITS;
  }
  state = (state + BigInt(octets.length)) & BITS;
  for (; at + 8 <= octets.length; at += 8)
    state = (left(state ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & BITS;
  if (at + 4 <= octets.length) {
    state = (left(state ^ ((BigInt(view.getUint32(at, true)) * P1) & BITS), 23n) * P2 + P3) & BITS;
    at += 4;
  }
  for (; at < octets.length; at++)
    state = (left(state ^ ((BigInt(octets[at] as number) * P5) & BITS), 11n) * P1) & BITS;
  state = ((state ^ (state >> 33n)) * P2) & BITS;
  state = ((state ^ (state >> 29n)) * P3) & BITS;
  return (state ^ (state >> 32n)).toString(16).padStart(16, '0');
}

it.each([
  [0, 0, 'ef46db3751d8e999'],
  [0, 2_654_435_761, 'ac75fda2929b17ef'],
  [1, 0, 'e934a84adb052768'],
  [1, 2_654_435_761, '5014607643a9b4c3'],
  [4, 0, '9136a0dca57457ee'],
  [14, 0, '8282dcc4994e35c8'],
  [14, 2_654_435_761, 'c3bd6bf63deb6df0'],
  [222, 0, 'b641ae8cb691c174'],
  [222, 2_654_435_761, '20cb8ab7ae10c14a'],
])('hashes %i octets with seed %i as the xxHash project publishes', (length, seed, hash) => {
  expect(hex(generated(length), seed)).toBe(hash);
});

it.each([
  ['a', 'd24ec4f1a98c6e5b'],
  ['abc', '44bc2cf5ad770999'],
  ['xxhash', '32dd38952c4bc720'],
  ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
])('hashes %s as others do', (text, hash) => {
  expect(hex(Buffer.from(text))).toBe(hash);
});

it('hashes any octets with any seed as specified', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 0xffff_ffff }), (octets, seed) => {
      expect(hex(octets, seed)).toBe(specified(octets, seed));
    }),
    { numRuns: 500 },
  );
});
