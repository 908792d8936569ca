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

/** Whether octets are those of `bytes[start..end)`. */
export function isSame(octets: Buffer, bytes: Buffer, start: number, end: number): boolean {
  return octets.length === end - start && startsWith(bytes, start, end, octets);
}

/** Whether `bytes[start..end)` begins with octets. */
export function startsWith(bytes: Buffer, start: number, end: number, octets: Buffer): boolean {
  if (end - start < octets.length) return false;
  for (let i = 0; i < octets.length; i++) if (bytes[start + i] !== octets[i]) return false;
  return true;
}

/** What the content types of gRPC begin with. */
export const GRPC = Buffer.from('application/grpc');
