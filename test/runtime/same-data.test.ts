import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sameData } from '../../src/runtime/same-data';

// Few values, so that many pairs are the same or nearly so.
const data = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, 1, '', 'a'),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('0', 'a', 'b'), tie('value'), { maxKeys: 2, noNullPrototype: true }),
  ),
})).value;

it('finds the same what is the same deep down', () => {
  fc.assert(
    fc.property(data, data, (a, b) => {
      expect(sameData(a, b)).toBe(isDeepStrictEqual(a, b));
      expect(sameData(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it('takes what is undefined for what is not there', () => {
  expect(sameData({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(sameData({ a: 1 }, { a: 1, b: undefined })).toBe(true);
  expect(sameData({ a: 1 }, { a: 1, b: null })).toBe(false);
});
