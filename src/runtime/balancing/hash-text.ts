import { xxHash64 } from './xx-hash64';

/** Nearly all names and keys fit; it is written again for each. */
const scratch = Buffer.alloc(1024);

/** The XXH64 of a text in UTF-8. @param seed - an unsigned number of 32 bits */
export function hashText(text: string, seed = 0): ReturnType<typeof xxHash64> {
  // In UTF-8 a UTF-16 unit takes three octets at most.
  if (text.length * 3 > scratch.length) return xxHash64(Buffer.from(text), seed);
  return xxHash64(scratch, seed, scratch.write(text));
}

/** What a key is hashed to where a target is chosen by it: an unsigned number of 32 bits. */
export function hashKeyText(key: string): number {
  return hashText(key).low;
}
