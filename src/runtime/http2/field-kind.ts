import { FIELD_VALUE, TOKEN } from '../http';
import { isSame } from './octets';

/** What a field of a header block is to a proxy. */
export const FieldKind = {
  REGULAR: 0,
  METHOD: 1,
  SCHEME: 2,
  PATH: 3,
  AUTHORITY: 4,
  STATUS: 5,
  HOST: 6,
  CONTENT_LENGTH: 7,
  COOKIE: 8,
  CONTENT_TYPE: 9,
  /** `te: trailers`, which says something of the one who sent it alone. */
  TE: 10,
  /** What must not stand in a message: it makes the whole of it malformed (RFC 9113, sections 8.2 and 8.3). */
  FORBIDDEN: 11,
} as const;

const KNOWN: readonly [name: string, kind: number][] = [
  [':method', FieldKind.METHOD],
  [':scheme', FieldKind.SCHEME],
  [':path', FieldKind.PATH],
  [':authority', FieldKind.AUTHORITY],
  [':status', FieldKind.STATUS],
  ['host', FieldKind.HOST],
  ['content-length', FieldKind.CONTENT_LENGTH],
  ['cookie', FieldKind.COOKIE],
  ['content-type', FieldKind.CONTENT_TYPE],
  ['te', FieldKind.TE],
  ['connection', FieldKind.FORBIDDEN],
  ['keep-alive', FieldKind.FORBIDDEN],
  ['proxy-connection', FieldKind.FORBIDDEN],
  ['transfer-encoding', FieldKind.FORBIDDEN],
  ['upgrade', FieldKind.FORBIDDEN],
];

const LONGEST = Math.max(...KNOWN.map(([name]) => name.length));

const BY_LENGTH = Array.from({ length: LONGEST + 1 }, (_, length) =>
  KNOWN.filter(([name]) => name.length === length).map(([name, kind]) => ({ octets: Buffer.from(name), kind })),
);

const [COLON, SPACE, TAB] = Buffer.from(': \t');
const TRAILERS = Buffer.from('trailers');

/** Octets of a name: those of a token, without capital letters (RFC 9113, section 8.2.1). */
const NAME = Uint8Array.from(TOKEN, (is, octet) => (octet >= 0x41 && octet <= 0x5a ? 0 : is));

/**
 * Finds what the field of a line `name: value` CR LF is, and so whether it is one at all. Done once for each entry of a
 * table, and not again where it is referred to.
 */
export function kindOf(bytes: Buffer, start: number, nameEnd: number, end: number): number {
  const value = nameEnd + 2;
  const valueEnd = end - 2;
  for (let i = value; i < valueEnd; i++) if (FIELD_VALUE[bytes[i]] === 0) return FieldKind.FORBIDDEN;
  // A value that begins or ends with space would not be the same behind HTTP/1.1.
  if (valueEnd > value && (isSpace(bytes[value]) || isSpace(bytes[valueEnd - 1]))) return FieldKind.FORBIDDEN;
  const known = lookUp(bytes, start, nameEnd);
  if (known === FieldKind.TE) return isSame(TRAILERS, bytes, value, valueEnd) ? known : FieldKind.FORBIDDEN;
  if (known !== FieldKind.REGULAR) return known;
  if (start === nameEnd || bytes[start] === COLON) return FieldKind.FORBIDDEN;
  for (let i = start; i < nameEnd; i++) if (NAME[bytes[i]] === 0) return FieldKind.FORBIDDEN;
  return FieldKind.REGULAR;
}

function lookUp(bytes: Buffer, start: number, end: number): number {
  if (end - start > LONGEST) return FieldKind.REGULAR;
  const candidates = BY_LENGTH[end - start];
  for (let i = 0; i < candidates.length; i++)
    if (isSame(candidates[i].octets, bytes, start, end)) return candidates[i].kind;
  return FieldKind.REGULAR;
}

function isSpace(octet: number): boolean {
  return octet === SPACE || octet === TAB;
}
