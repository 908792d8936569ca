import { isIPv6 } from 'node:net';
import { Fields, INCOMPLETE } from './fields';
import { COLON, CR, HOST, LF, matchesLower, SPACE, TARGET, TOKEN } from './octets';

const LONGEST_METHOD = 32;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'].map((name) => ({
  name,
  octets: Buffer.from(name),
}));
const VERSION = Buffer.from('HTTP/');
const SCHEMES = [Buffer.from('http://'), Buffer.from('https://')];
const [SLASH, QUESTION, ASTERISK, DOT, PERCENT, ZERO, NINE, BRACKET] = Buffer.from('/?*.%09[');

/**
 * `.` and `..` as a segment of a path, written plainly or not. Servers resolve them, each in its own way, so a path
 * with one could reach what no route allows: also where a slash is encoded, turned round, or hidden by a parameter.
 */
const DOT_SEGMENT = /(?:\/|\\|%2f|%5c)(?:\.|%2e){1,2}(?:\/|\\|;|%2f|%5c|%3b|$)/i;

/**
 * Protocols that would take the place of HTTP itself between this side and the target: behind them, requests that were
 * never looked at could reach the target (h2c, RFC 9113, section 3.1; TLS, RFC 2817).
 */
const NEVER_UPGRADED = /(?:^|,)\s*(?:h2c|http\/|tls\/)/i;

const BRACKETED_HOST = /^\[([0-9A-Fa-f:.]+)\](?::(\d{0,5}))?$/;
const HIGHEST_PORT = 65_535;

/** How much of a head is read. */
export interface HeadLimits {
  /** Octets of the whole; 431 beyond, or 414 where not even the request line ends within. */
  readonly head: number;
  /** Octets of the request target; 414 beyond. */
  readonly uri: number;
  /** Number of fields; 431 beyond. */
  readonly headers: number;
}

/** The head of a request, as it stands in the bytes that were read. One object is filled again and again. */
export class RequestHead extends Fields {
  method = '';
  /** Where the method begins. */
  start = 0;
  /** 0 or 1, of HTTP/1.x. */
  minor = 1;
  /** The path with its query, or `*`. Empty where an absolute target has none. */
  targetStart = 0;
  targetEnd = 0;
  /** Where the path ends and the query begins. */
  pathEnd = 0;
  /** Whether the target named the scheme and the host, which then stand for `Host`. */
  absolute = false;
  /**
   * Reads the head of a request. What lies beyond a limit is not looked at, so that the answer is the same however the
   * octets arrive.
   * @returns the index after it, {@link INCOMPLETE}, or the negative status to refuse it with
   */
  read(bytes: Buffer, first: number, end: number, limits: HeadLimits): number {
    const most = Math.min(end, first + limits.head);
    const head = this.readUpTo(bytes, first, most, limits);
    if (head !== INCOMPLETE || most === end) return head;
    return this.fieldsStart === 0 ? -414 : -431;
  }

  /** The protocol that the request asks for, where it may be passed on to the target: never with a body. */
  upgrade(bytes: Buffer): string | undefined {
    if (!this.namesUpgrade || this.minor === 0 || this.chunked || this.contentLength > 0) return undefined;
    const protocol = bytes.toString('latin1', this.upgradeStart, this.upgradeEnd);
    return NEVER_UPGRADED.test(protocol) ? undefined : protocol;
  }

  /** Whether a host is asked for; HTTP/1.0 need not. */
  get hasHost(): boolean {
    return this.hosts === 1 || this.absolute;
  }

  /** The path, without its query. */
  path(bytes: Buffer): string {
    return this.targetStart === this.pathEnd ? '/' : bytes.toString('latin1', this.targetStart, this.pathEnd);
  }

  /** The query, without its `?`. */
  query(bytes: Buffer): string {
    return bytes.toString('latin1', Math.min(this.pathEnd + 1, this.targetEnd), this.targetEnd);
  }

  /** The host that is asked for, with its port; empty where HTTP/1.0 named none. */
  host(bytes: Buffer): string {
    return !this.hasHost ? '' : bytes.toString('latin1', this.hostStart, this.hostEnd);
  }

  private readUpTo(bytes: Buffer, first: number, end: number, { uri, headers }: HeadLimits): number {
    this.fieldsStart = 0;
    if (end - first === 1 && bytes[first] === CR) return INCOMPLETE;
    const line = this.readLine(bytes, skipEmptyLine(bytes, first, end), end, uri);
    if (line <= 0) return line;
    this.fieldsStart = line;
    const authorityStart = this.hostStart;
    const authorityEnd = this.hostEnd;
    const head = this.readFields(bytes, line, end, headers);
    if (head <= 0) return head;
    if (this.minor === 0) {
      if (this.chunked) return -400;
      if (!this.keepAlive) this.close = true;
    }
    if (this.hosts > 1 || (this.hosts === 0 && this.minor === 1)) return -400;
    if (this.hosts === 1 && !isHost(bytes, this.hostStart, this.hostEnd)) return -400;
    if (this.absolute) {
      // The target's host counts (RFC 9112, section 3.2.2), and takes the place of the field.
      this.cutHost();
      this.hostStart = authorityStart;
      this.hostEnd = authorityEnd;
    }
    // HTTP/1.0 knows no expectations, and ignores them (RFC 9110, section 10.1.1).
    return this.expectsMore && this.minor === 1 ? -417 : head;
  }

  private readLine(bytes: Buffer, first: number, end: number, mostTarget: number): number {
    let at = first;
    while (at < end && TOKEN[bytes[at]] === 1) at++;
    if (at - first > LONGEST_METHOD) return -400;
    if (at >= end) return INCOMPLETE;
    if (bytes[at] !== SPACE || at === first) return -400;
    this.start = first;
    this.method = methodName(bytes, first, at);
    at++;
    if (at >= end) return INCOMPLETE;
    const target = at;
    let suspicious = false;
    let query = -1;
    for (; at < end && TARGET[bytes[at]] === 1; at++) {
      const octet = bytes[at];
      if (query >= 0) continue;
      if (octet === QUESTION) query = at;
      else if (octet === DOT || octet === PERCENT) suspicious = true;
    }
    if (at - target > mostTarget) return -414;
    if (at >= end) return INCOMPLETE;
    if (bytes[at] !== SPACE || at === target) return -400;
    this.targetEnd = at;
    this.pathEnd = query < 0 ? at : query;
    const line = this.readVersion(bytes, at + 1, end);
    if (line <= 0) return line;
    if (this.method === 'CONNECT') return -405;
    if (!this.readTarget(bytes, target)) return -400;
    if (suspicious && DOT_SEGMENT.test(this.path(bytes))) return -400;
    return line;
  }

  private readVersion(bytes: Buffer, at: number, end: number): number {
    if (at + 10 > end) return INCOMPLETE;
    for (let i = 0; i < VERSION.length; i++) if (bytes[at + i] !== VERSION[i]) return -400;
    const major = bytes[at + 5] - ZERO;
    const minor = bytes[at + 7] - ZERO;
    if (major < 0 || major > 9 || bytes[at + 6] !== DOT || minor < 0 || minor > 9) return -400;
    if (bytes[at + 8] !== CR || bytes[at + 9] !== LF) return -400;
    if (major !== 1 || minor > 1) return -505;
    this.minor = minor;
    return at + 10;
  }

  private readTarget(bytes: Buffer, start: number): boolean {
    this.absolute = false;
    this.targetStart = start;
    if (bytes[start] === SLASH) return true;
    if (bytes[start] === ASTERISK) return this.targetEnd === start + 1 && this.method === 'OPTIONS';
    const scheme = SCHEMES.find((octets) => matchesLower(bytes, start, octets));
    if (scheme === undefined) return false;
    const authority = start + scheme.length;
    let at = authority;
    while (at < this.pathEnd && bytes[at] !== SLASH) at++;
    if (!isHost(bytes, authority, at)) return false;
    this.absolute = true;
    this.hostStart = authority;
    this.hostEnd = at;
    this.targetStart = at;
    return true;
  }
}

/** RFC 9112, section 2.2: one empty line before a request is forgiven. */
function skipEmptyLine(bytes: Buffer, first: number, end: number): number {
  return first + 1 < end && bytes[first] === CR && bytes[first + 1] === LF ? first + 2 : first;
}

function methodName(bytes: Buffer, start: number, end: number): string {
  next: for (let i = 0; i < METHODS.length; i++) {
    const { name, octets } = METHODS[i];
    if (octets.length !== end - start) continue;
    for (let j = 0; j < octets.length; j++) if (bytes[start + j] !== octets[j]) continue next;
    return name;
  }
  return bytes.toString('latin1', start, end);
}

function isHost(bytes: Buffer, start: number, end: number): boolean {
  if (start === end) return false;
  if (bytes[start] === BRACKET) return isLiteral(bytes.toString('latin1', start, end));
  let at = start;
  while (at < end && HOST[bytes[at]] === 1 && bytes[at] !== COLON) at++;
  return at === end || (at > start && bytes[at] === COLON && isPort(bytes, at + 1, end));
}

/** An IPv6 address in brackets, and a port. */
function isLiteral(text: string): boolean {
  const [, address, port] = BRACKETED_HOST.exec(text) ?? [];
  return isIPv6(address ?? '') && Number(port ?? 0) <= HIGHEST_PORT;
}

function isPort(bytes: Buffer, start: number, end: number): boolean {
  let at = start;
  let port = 0;
  for (; at < end && bytes[at] >= ZERO && bytes[at] <= NINE; at++) port = port * 10 + bytes[at] - ZERO;
  return at === end && end - start <= 5 && port <= HIGHEST_PORT;
}
