import { copyOctets } from '../../http';

/**
 * Fields are written as literals, and this side keeps no table: Nginx and HAProxy do the same. What is secret is marked
 * as such, so that nobody behind puts it into a table either (RFC 7541, section 7.1.3).
 */
export const PLAIN = 0x00;
export const SECRET = 0x10;
const INDEXED = 0x80;

/** Octets that an integer takes at most here. */
const MOST_INTEGER = 6;

/** Octets that a literal takes at most beyond its name and its value. */
export const LITERAL_OVERHEAD = 1 + 2 * MOST_INTEGER;

/** Capital letters made small; the others as they are. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet,
);

/** Writes an integer after the bits of `prefix` (section 5.1). @returns the index after it */
function putInteger(to: Buffer, at: number, prefix: number, mask: number, value: number): number {
  if (value < mask) {
    to[at] = prefix | value;
    return at + 1;
  }
  to[at++] = prefix | mask;
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) to[at++] = (rest & 0x7f) | 0x80;
  to[at] = rest;
  return at + 1;
}

function putOctets(to: Buffer, at: number, source: Buffer, start: number, end: number): number {
  return copyOctets(to, putInteger(to, at, 0, 0x7f, end - start), source, start, end);
}

/** Writes the field of a static index with its value. */
export function putIndexed(to: Buffer, at: number, index: number): number {
  return putInteger(to, at, INDEXED, 0x7f, index);
}

/** Writes a field whose name has a static index. @param mark - {@link PLAIN} or {@link SECRET} */
export function putValue(
  to: Buffer,
  at: number,
  mark: number,
  index: number,
  source: Buffer,
  start: number,
  end: number,
): number {
  return putOctets(to, putInteger(to, at, mark, 0x0f, index), source, start, end);
}

/** Writes a field with the name `names[nameStart..nameEnd)`, which stands there in small letters. */
export function putField(
  to: Buffer,
  at: number,
  mark: number,
  names: Buffer,
  nameStart: number,
  nameEnd: number,
  source: Buffer,
  start: number,
  end: number,
): number {
  to[at] = mark;
  return putOctets(to, putOctets(to, at + 1, names, nameStart, nameEnd), source, start, end);
}
