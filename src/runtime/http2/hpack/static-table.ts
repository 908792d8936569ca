import { kindOf } from '../field-kind';

/** RFC 7541, appendix A: entry 1 comes first. */
const ENTRIES: readonly [name: string, value?: string][] = [
  [':authority'],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset'],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language'],
  ['accept-ranges'],
  ['accept'],
  ['access-control-allow-origin'],
  ['age'],
  ['allow'],
  ['authorization'],
  ['cache-control'],
  ['content-disposition'],
  ['content-encoding'],
  ['content-language'],
  ['content-length'],
  ['content-location'],
  ['content-range'],
  ['content-type'],
  ['cookie'],
  ['date'],
  ['etag'],
  ['expect'],
  ['expires'],
  ['from'],
  ['host'],
  ['if-match'],
  ['if-modified-since'],
  ['if-none-match'],
  ['if-range'],
  ['if-unmodified-since'],
  ['last-modified'],
  ['link'],
  ['location'],
  ['max-forwards'],
  ['proxy-authenticate'],
  ['proxy-authorization'],
  ['range'],
  ['referer'],
  ['refresh'],
  ['retry-after'],
  ['server'],
  ['set-cookie'],
  ['strict-transport-security'],
  ['transfer-encoding'],
  ['user-agent'],
  ['vary'],
  ['via'],
  ['www-authenticate'],
];

/** The last index that the static table has; the dynamic table begins after it. */
export const STATIC_SIZE = ENTRIES.length;

/** All entries as lines of a head, one after the other. */
export const STATIC_OCTETS = Buffer.from(ENTRIES.map(([name, value = '']) => `${name}: ${value}\r\n`).join(''));

/** Where the line of an index begins, its name ends, and the next line begins. */
export const STATIC_START = new Int32Array(STATIC_SIZE + 1);
export const STATIC_NAME_END = new Int32Array(STATIC_SIZE + 1);
export const STATIC_END = new Int32Array(STATIC_SIZE + 1);

/** What the field of an index is; see `FieldKind`. */
export const STATIC_KIND = new Uint8Array(STATIC_SIZE + 1);

let at = 0;
ENTRIES.forEach(([name, value = ''], entry) => {
  const index = entry + 1;
  STATIC_START[index] = at;
  STATIC_NAME_END[index] = at + name.length;
  at += name.length + value.length + 4;
  STATIC_END[index] = at;
  STATIC_KIND[index] = kindOf(STATIC_OCTETS, STATIC_START[index], STATIC_NAME_END[index], at);
});

interface Name {
  readonly octets: Buffer;
  readonly index: number;
}

const LONGEST = Math.max(...ENTRIES.map(([name]) => name.length));

/** By their lengths: names are told apart by it almost always. */
const NAMES: readonly (readonly Name[])[] = Array.from({ length: LONGEST + 1 }, (_, length) => {
  const names = new Map<string, number>();
  ENTRIES.forEach(([name], entry) => {
    if (name.length === length && !names.has(name)) names.set(name, entry + 1);
  });
  return [...names].map(([name, index]) => ({ octets: Buffer.from(name), index }));
});

/** The first index of a name that stands in small letters at `bytes[start..end)`; 0 where there is none. */
export function indexOfName(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length > LONGEST) return 0;
  const names = NAMES[length];
  next: for (let i = 0; i < names.length; i++) {
    const { octets, index } = names[i];
    for (let j = 0; j < length; j++) if (bytes[start + j] !== octets[j]) continue next;
    return index;
  }
  return 0;
}
