/** More digits do not fit into a number exactly. */
const MOST_DIGITS = 15;

/** A length as it stands in `bytes[start..end)`; -1 where it is none. */
export function parseLength(bytes: Buffer, start: number, end: number): number {
  if (start === end || end - start > MOST_DIGITS) return -1;
  let length = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - 0x30;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return length;
}
