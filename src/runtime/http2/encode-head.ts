import type { RequestHead, ResponseHead } from '../http';
import { LITERAL_OVERHEAD, LOWER, PLAIN, putField, putIndexed, putValue, SECRET } from './hpack/encoder';
import { indexOfName } from './hpack/static-table';
import { GRPC, isSame, startsWith } from './octets';
import type { Output } from './output';

const [COLON, SPACE, TAB, CR, LF] = Buffer.from(': \t\r\n');

/** The static index of a name. */
function indexOf(name: string): number {
  const octets = Buffer.from(name);
  return indexOfName(octets, 0, octets.length);
}

const TRANSFER_ENCODING = indexOf('transfer-encoding');
const HOST = indexOf('host');
const CONTENT_TYPE = indexOf('content-type');
const AUTHORITY = indexOf(':authority');
const METHOD = indexOf(':method');
const PATH = indexOf(':path');
const SCHEME = indexOf(':scheme');
const STATUS = indexOf(':status');

/** Statuses that the static table has, with their indexes. */
const STATUSES = new Map([200, 204, 206, 304, 400, 404, 500].map((status, i) => [status, STATUS + i]));

/** Fields of responses by which their receivers are known again. */
const SECRETS = new Set(['set-cookie', 'www-authenticate', 'proxy-authenticate'].map(indexOf));

const UPGRADE = Buffer.from('upgrade');
const CONNECTION = Buffer.from('connection');
const TE = Buffer.from('te');
const TRAILERS = Buffer.from('trailers');
const METHOD_OCTETS = new Map<string, Buffer>();

/** Where names are put in small letters: heads are bounded, and so are their names. */
const name = Buffer.allocUnsafeSlow(65_536);

/** Writes the block of a response whose head stands in `bytes[start..headEnd)`. */
export function encodeResponse(out: Output, head: ResponseHead, bytes: Buffer, start: number, headEnd: number): void {
  const to = out.reserve(LITERAL_OVERHEAD + 3);
  const index = STATUSES.get(head.status);
  if (index !== undefined) out.length = putIndexed(to, out.length, index);
  else out.length = putValue(to, out.length, PLAIN, STATUS, bytes, start + STATUS_AT, start + STATUS_AT + 3);
  encodeLines(out, head, bytes, bytes.indexOf(LF, start) + 1, headEnd - 2, 0, PLAIN);
}

/** Where the status stands in a head's first line, after `HTTP/1.1 `. */
const STATUS_AT = 9;

/**
 * Writes the block of a request whose head ends at `headEnd`, and is what a target is to get. Its client may have marked anything as secret, and HTTP/1.1
 * has no place for that: so all of it is.
 * @param authority - who is asked where the request names nobody
 */
export function encodeRequest(
  out: Output,
  head: RequestHead,
  bytes: Buffer,
  headEnd: number,
  https: boolean,
  authority: Buffer,
): void {
  const method = octetsOf(head.method);
  const { targetStart, targetEnd, hostStart, hostEnd } = head;
  const length = method.length + targetEnd - targetStart + Math.max(hostEnd - hostStart, authority.length);
  const to = out.reserve(length + 4 * LITERAL_OVERHEAD);
  let at = out.length;
  if (head.method === 'GET') at = putIndexed(to, at, METHOD);
  else if (head.method === 'POST') at = putIndexed(to, at, METHOD + 1);
  else at = putValue(to, at, PLAIN, METHOD, method, 0, method.length);
  at = putIndexed(to, at, https ? SCHEME + 1 : SCHEME);
  at = head.hasHost
    ? putValue(to, at, PLAIN, AUTHORITY, bytes, hostStart, hostEnd)
    : putValue(to, at, PLAIN, AUTHORITY, authority, 0, authority.length);
  out.length = putValue(to, at, SECRET, PATH, bytes, targetStart, targetEnd);
  const grpc = encodeLines(out, NO_CUTS, bytes, head.fieldsStart, headEnd - 2, HOST, SECRET);
  if (!grpc) return;
  // gRPC asks for it: who does not say so might get no trailers.
  out.length = putField(out.reserve(LITERAL_OVERHEAD + 10), out.length, PLAIN, TE, 0, 2, TRAILERS, 0, TRAILERS.length);
}

/** Writes the block of a trailer section. */
export function encodeTrailers(out: Output, lines: Buffer): void {
  encodeLines(out, NO_CUTS, lines, 0, lines.length, 0, PLAIN);
}

const NO_CUTS = { cuts: 0, cutStart: new Int32Array(1), cutEnd: new Int32Array(1) };

/**
 * Writes lines but those cut out.
 * @param leftOut - the static index of a name that is left out as well
 * @param mark - what is said of fields of which it is not known whether they are secret
 * @returns whether the message is gRPC's
 */
function encodeLines(
  out: Output,
  { cuts, cutStart, cutEnd }: Pick<RequestHead, 'cuts' | 'cutStart' | 'cutEnd'>,
  bytes: Buffer,
  start: number,
  end: number,
  leftOut: number,
  mark: number,
): boolean {
  let grpc = false;
  let cut = 0;
  let at = start;
  while (at < end) {
    if (cut < cuts && cutStart[cut] === at) {
      at = cutEnd[cut++];
      continue;
    }
    let nameLength = 0;
    for (; bytes[at] !== COLON; at++) name[nameLength++] = LOWER[bytes[at]];
    at++;
    while (bytes[at] === SPACE || bytes[at] === TAB) at++;
    const value = at;
    while (bytes[at] !== CR) at++;
    let valueEnd = at;
    while (valueEnd > value && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)) valueEnd--;
    at += 2;
    const index = indexOfName(name, 0, nameLength);
    // What concerns HTTP/1.1 alone, and what stands in a pseudo-header field.
    if (index === 0 ? isHop(nameLength) : index === TRANSFER_ENCODING || index === leftOut) continue;
    if (index === CONTENT_TYPE) grpc = startsWith(bytes, value, valueEnd, GRPC);
    const to = out.reserve(LITERAL_OVERHEAD + nameLength + valueEnd - value);
    out.length =
      index === 0
        ? putField(to, out.length, mark, name, 0, nameLength, bytes, value, valueEnd)
        : putValue(to, out.length, SECRETS.has(index) ? SECRET : mark, index, bytes, value, valueEnd);
  }
  return grpc;
}

/** Whether the name asks for another protocol, which HTTP/2 has no place for. */
function isHop(length: number): boolean {
  return isSame(UPGRADE, name, 0, length) || isSame(CONNECTION, name, 0, length);
}

function octetsOf(method: string): Buffer {
  let octets = METHOD_OCTETS.get(method);
  if (octets === undefined) {
    octets = Buffer.from(method);
    // Methods are anybody's to make up: only so many are worth keeping.
    if (METHOD_OCTETS.size < 32) METHOD_OCTETS.set(method, octets);
  }
  return octets;
}
