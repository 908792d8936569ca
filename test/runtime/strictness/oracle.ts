import { isIPv6 } from 'node:net';
import type { HeadLimits } from '../../../src/runtime/http';

/*
 * HTTP/1.1 read a second time, from the grammar of RFC 9110 and 9112 by regular expressions over whole texts: slow, naive,
 * and sharing nothing with the parsers that it is compared with. Where those are stricter than the grammar on purpose, the
 * expression says so.
 */

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const VALUE = '[\\t\\x20-\\x7e\\x80-\\xff]*';
const FIELDS = `((?:${TOKEN}:${VALUE}\\r\\n)*)\\r\\n`;
/** Visible octets; no fragment (3.2.4 of RFC 9112 has none), but also what browsers send and no URI has. */
const TARGET = '[\\x21\\x22\\x24-\\x7e]+';
const REQUEST = new RegExp(`(?:\\r\\n)?(${TOKEN}) (${TARGET}) HTTP/1\\.([01])\\r\\n${FIELDS}`, 'y');
/** The space before a reason that is missing may be missing as well. */
const RESPONSE = new RegExp(`HTTP/1\\.([01]) ([1-5][0-9]{2})(?: ${VALUE})?\\r\\n${FIELDS}`, 'y');
const ABSOLUTE = /^https?:\/\/([^/?]*)(.*)$/i;
/** No comma, which a reg-name could have. */
const HOST = /^(?:\[([0-9A-Fa-f:.]+)\]|[A-Za-z0-9._~%!$&'()*+;=-]+)(?::([0-9]{0,5}))?$/;
const QUOTED = '"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
/** No space before the first semicolon, which the grammar would allow. */
const EXTENSIONS = `(?:(?![ \\t])(?:[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?)+)?`;
/** Sizes of up to 12 digits. */
const CHUNK = new RegExp(`([0-9A-Fa-f]{1,12})(${EXTENSIONS})\\r\\n`, 'y');
const TRAILERS = new RegExp(FIELDS, 'y');

const MOST_FIELDS = 1000;
const EXTENSION_LIMIT = 4096;
const TRAILER_LIMIT = 8192;
/** Fields that frame, address or guard a message, or belong to one connection. */
const OWN = /^(?:connection|keep-alive|proxy-connection|te|trailer|upgrade|forwarded|x[-_]forwarded[-_].*)$/i;
const NO_TRAILER = /^(?:content[-_]length|transfer[-_]encoding|host|expect)$/i;

/** A field with its line, which is what is passed on. */
interface Field {
  readonly name: string;
  readonly value: string;
  readonly line: string;
}

/** What the fields of a head say. */
interface Meaning {
  /** -1 where none is said. */
  readonly contentLength: number;
  readonly chunked: boolean;
  /** Options of `Connection`. */
  readonly options: ReadonlySet<string>;
  readonly hosts: readonly string[];
  /** Lines that are passed on. */
  readonly lines: readonly string[];
}

/** The head of a request, as it is to be understood. */
export interface OracleRequest {
  readonly end: number;
  readonly method: string;
  readonly minor: number;
  readonly path: string;
  readonly query: string;
  /** Empty where HTTP/1.0 names none. */
  readonly host: string;
  readonly contentLength: number;
  readonly chunked: boolean;
  readonly close: boolean;
  readonly lines: readonly string[];
}

/** The head of a response, as it is to be understood. */
export interface OracleResponse {
  readonly end: number;
  readonly status: number;
  readonly minor: number;
  readonly contentLength: number;
  readonly chunked: boolean;
  readonly close: boolean;
  readonly lines: readonly string[];
}

/** A body in chunks: where it ends, and what it holds. */
export interface OracleChunks {
  readonly end: number;
  readonly data: string;
}

function at<Match extends RegExp>(expression: Match, text: string, index: number): RegExpExecArray | null {
  expression.lastIndex = index;
  return expression.exec(text);
}

function fieldsOf(text: string): Field[] {
  return text
    .split('\r\n')
    .slice(0, -1)
    .map((line) => {
      const colon = line.indexOf(':');
      return { name: line.slice(0, colon), value: line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, ''), line };
    });
}

const listOf = (values: readonly string[]) =>
  values.flatMap((value) => value.split(',').map((one) => one.trim().toLowerCase())).filter((one) => one !== '');

function meaningOf(fields: readonly Field[]): Meaning | undefined {
  const valuesOf = (name: string) => fields.filter((one) => one.name.toLowerCase() === name).map(({ value }) => value);
  const lengths = valuesOf('content-length');
  const encodings = valuesOf('transfer-encoding');
  if (lengths.length + encodings.length > 1) return undefined;
  if (!lengths.every((one) => /^[0-9]{1,15}$/.test(one)) || !encodings.every((one) => /^chunked$/i.test(one)))
    return undefined;
  if (fields.some(({ name }) => /^(?:content_length|transfer_encoding)$/i.test(name))) return undefined;
  const options = new Set(listOf(valuesOf('connection')));
  if (['content-length', 'transfer-encoding', 'host'].some((name) => options.has(name))) return undefined;
  const kept = fields.filter(({ name }) => !OWN.test(name) && !options.has(name.toLowerCase()));
  return {
    contentLength: Number(lengths[0] ?? -1),
    chunked: encodings.length > 0,
    options,
    hosts: valuesOf('host'),
    lines: kept.map(plain),
  };
}

/** Framing is said again in one way. */
function plain({ name, value, line }: Field): string {
  const small = name.toLowerCase();
  const odd = line !== `${name}:${value}` && line !== `${name}: ${value}`;
  if (small === 'content-length' && (odd || /^0./.test(value))) return `Content-Length: ${Number(value)}`;
  if (small === 'transfer-encoding' && (odd || value !== 'chunked')) return 'Transfer-Encoding: chunked';
  return line;
}

function isHost(host: string): boolean {
  const [whole, literal, port] = HOST.exec(host) ?? [];
  return whole !== undefined && (literal === undefined || isIPv6(literal)) && Number(port ?? 0) < 65_536;
}

/** Whether a path holds `.` or `..` once it is decoded in the ways that servers know. */
function hasDots(path: string): boolean {
  const decoded = path.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\').replace(/%3b/gi, ';');
  return decoded.split(/[/\\]/).some((segment, i) => i > 0 && /^\.{1,2}(?:;|$)/.test(segment));
}

/** The head of a request that begins at `index`; `undefined` where there is none, or none yet. */
export function oracleRequest(text: string, index: number, limits: HeadLimits): OracleRequest | undefined {
  const match = at(REQUEST, text.slice(0, index + limits.head), index);
  if (match === null) return undefined;
  const [whole, method, target, minor, rest] = match as unknown as [string, string, string, string, string];
  const fields = fieldsOf(rest);
  const meaning = meaningOf(fields);
  if (meaning === undefined || fields.length > Math.min(limits.headers, MOST_FIELDS)) return undefined;
  if (method.length > 32 || method === 'CONNECT' || target.length > limits.uri) return undefined;
  const [, authority, relative] = ABSOLUTE.exec(target) ?? [];
  if (relative === undefined && !target.startsWith('/') && !(target === '*' && method === 'OPTIONS')) return undefined;
  const [path, ...query] = (relative ?? target).split('?');
  if (hasDots(path)) return undefined;
  const { hosts, options, contentLength, chunked, lines } = meaning;
  if (hosts.length > 1 || (hosts.length === 0 && minor === '1')) return undefined;
  if (![...hosts, ...(authority === undefined ? [] : [authority])].every(isHost)) return undefined;
  if (minor === '0' && chunked) return undefined;
  const expected = fields.filter(({ name }) => name.toLowerCase() === 'expect').map(({ value }) => value);
  if (minor === '1' && expected.length > 0 && !/^100-continue$/i.test(expected.join())) return undefined;
  return {
    end: index + whole.length,
    method,
    minor: Number(minor),
    path: path || '/',
    query: query.join('?'),
    host: authority ?? hosts[0] ?? '',
    contentLength,
    chunked,
    close: options.has('close') || (minor === '0' && !options.has('keep-alive')),
    lines: authority === undefined ? lines : lines.filter((line) => !/^host:/i.test(line)),
  };
}

/** The head of a response that begins at `index`; `undefined` where there is none, or none yet. */
export function oracleResponse(text: string, index: number): OracleResponse | undefined {
  const match = at(RESPONSE, text, index);
  if (match === null) return undefined;
  const [whole, minor, status, rest] = match as unknown as [string, string, string, string];
  const fields = fieldsOf(rest);
  const meaning = meaningOf(fields);
  if (meaning === undefined || fields.length > MOST_FIELDS || (minor === '0' && meaning.chunked)) return undefined;
  return {
    end: index + whole.length,
    status: Number(status),
    minor: Number(minor),
    contentLength: meaning.contentLength,
    chunked: meaning.chunked,
    close: meaning.options.has('close') || minor === '0',
    lines: meaning.lines,
  };
}

/** A body in chunks that begins at `index`; `undefined` where there is none, or it is not whole. */
export function oracleChunks(text: string, index: number): OracleChunks | undefined {
  let data = '';
  let excess = 0;
  for (let next = index; ; ) {
    const match = at(CHUNK, text, next);
    if (match === null) return undefined;
    const [line, digits, extensions] = match as unknown as [string, string, string];
    // All but the semicolon that begins them, and the CR that ends them.
    excess += extensions.length;
    if (excess > EXTENSION_LIMIT) return undefined;
    const size = Number.parseInt(digits, 16);
    next += line.length;
    if (size === 0) return lastOf(text, next, data);
    if (text.slice(next + size, next + size + 2) !== '\r\n') return undefined;
    data += text.slice(next, next + size);
    excess = Math.max(0, excess - size);
    next += size + 2;
  }
}

function lastOf(text: string, index: number, data: string): OracleChunks | undefined {
  const [whole, rest] = at(TRAILERS, text, index) ?? [];
  if (whole === undefined || rest === undefined) return undefined;
  const fields = fieldsOf(rest);
  if (fields.some(({ name }) => OWN.test(name) || NO_TRAILER.test(name))) return undefined;
  // The octets of names and values, with the space around them.
  const octets = fields.reduce((sum, { line }) => sum + line.length - 1, 0);
  return octets > TRAILER_LIMIT ? undefined : { end: index + whole.length, data };
}
