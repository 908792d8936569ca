import { expect, it } from 'vitest';
import { hashKeyText, hashText } from '../../../src/runtime/balancing/hash-text';
import { xxHash64 } from '../../../src/runtime/balancing/xx-hash64';

it.each(['', 'abc', 'größer 🦉', 'x'.repeat(341), 'x'.repeat(342), '€'.repeat(2000)])(
  'hashes a text by its octets in UTF-8, however long it is',
  (text) => {
    expect(hashText(text, 7)).toEqual(xxHash64(Buffer.from(text), 7));
  },
);

it('takes the lower half for a key', () => {
  expect(hashKeyText('abc')).toBe(0xad770999);
});
