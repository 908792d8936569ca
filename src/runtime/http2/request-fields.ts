import { OctetBuffer } from '../http';
import { FieldKind } from './field-kind';
import type { FieldSink } from './hpack/decoder';
import { isSame, parseLength } from './octets';

/** Most heads fit. */
const SIZE = 2_048;
const SMALL = 256;

const SEPARATOR = Buffer.from(' ');
const VERSION = Buffer.from(' HTTP/1.1\r\nhost: ');
const VERSION_WITHOUT_HOST = Buffer.from(' HTTP/1.1\r\n');
const COOKIE = Buffer.from('cookie: ');
const COOKIE_SEPARATOR = Buffer.from('; ');
const LINE_END = Buffer.from('\r\n');
const CHUNKED = Buffer.from('transfer-encoding: chunked\r\n');
const EMPTY = Buffer.from('content-length: 0\r\n');
const CONNECT = Buffer.from('CONNECT');

/** Methods whose requests have a body as a rule: without one they say so (RFC 9110, section 8.6). */
const WITH_BODY = ['POST', 'PUT', 'PATCH'].map((method) => Buffer.from(method));

const [SLASH, ASTERISK, SPACE] = Buffer.from('/* ');
const SCHEME = /^[a-z][a-z0-9+.-]*$/i;

/**
 * The head of a request as HTTP/1.1 would have it, put together from the fields of a block (RFC 9113, section 8.3.1).
 * What HTTP/2 forbids is found here; all else is left to those who read the head.
 */
export class RequestFields implements FieldSink {
  readonly head = new OctetBuffer(SIZE);
  /** -1 where there is none. */
  contentLength = -1;
  private malformed = false;
  /** Whether the pseudo-header fields are over. */
  private inFields = false;
  private readonly method = new OctetBuffer(SMALL);
  private readonly path = new OctetBuffer(SMALL);
  private readonly authority = new OctetBuffer(SMALL);
  private readonly cookie = new OctetBuffer(SMALL);
  private hasScheme = false;
  private hasAuthority = false;

  begin(): void {
    this.head.clear();
    this.method.clear();
    this.path.clear();
    this.authority.clear();
    this.cookie.clear();
    this.contentLength = -1;
    this.malformed = false;
    this.inFields = false;
    this.hasScheme = false;
    this.hasAuthority = false;
  }

  field(kind: number, bytes: Buffer, start: number, nameEnd: number, end: number) {
    const value = nameEnd + 2;
    const valueEnd = end - 2;
    switch (kind) {
      case FieldKind.REGULAR:
      case FieldKind.CONTENT_TYPE:
        this.openFields();
        return this.head.append(bytes, start, end);
      case FieldKind.METHOD:
        return this.pseudo(this.method, bytes, value, valueEnd);
      case FieldKind.PATH:
        return this.pseudo(this.path, bytes, value, valueEnd);
      case FieldKind.AUTHORITY:
        this.malformed ||= this.hasAuthority || this.inFields;
        this.hasAuthority = true;
        return this.authority.append(bytes, value, valueEnd);
      case FieldKind.SCHEME:
        this.malformed ||= this.hasScheme || this.inFields || !SCHEME.test(bytes.toString('latin1', value, valueEnd));
        this.hasScheme = true;
        return;
      case FieldKind.HOST:
        this.openFields();
        if (!this.hasAuthority) this.head.append(bytes, start, end);
        // Two hosts in one request lead two servers to two places (section 8.3.1).
        else if (!isSame(this.authority.view(), bytes, value, valueEnd)) this.malformed = true;
        return;
      case FieldKind.COOKIE:
        this.openFields();
        if (this.cookie.length > 0) this.cookie.appendAll(COOKIE_SEPARATOR);
        return this.cookie.append(bytes, value, valueEnd);
      case FieldKind.CONTENT_LENGTH: {
        this.openFields();
        const length = parseLength(bytes, value, valueEnd);
        if (length < 0 || this.contentLength >= 0) this.malformed = true;
        this.contentLength = length;
        return this.head.append(bytes, start, end);
      }
      case FieldKind.TE:
        return this.openFields();
      default:
        this.malformed = true;
    }
  }

  /**
   * Ends the head.
   * @param endStream - whether the request has no body
   * @returns whether it is well-formed
   */
  finish(endStream: boolean): boolean {
    this.openFields();
    if (this.malformed) return false;
    if (this.cookie.length > 0) {
      this.head.appendAll(COOKIE);
      this.head.appendAll(this.cookie.view());
      this.head.appendAll(LINE_END);
    }
    if (!endStream) {
      if (this.contentLength < 0) this.head.appendAll(CHUNKED);
    } else if (this.contentLength > 0) return false;
    else if (this.contentLength < 0 && this.usuallyHasBody()) this.head.appendAll(EMPTY);
    this.head.appendAll(LINE_END);
    return true;
  }

  private pseudo(into: OctetBuffer, bytes: Buffer, start: number, end: number): void {
    this.malformed ||= into.length > 0 || start === end || this.inFields;
    // A space would end it for those who read it as a part of a line.
    for (let i = start; i < end; i++) if (bytes[i] === SPACE) this.malformed = true;
    into.append(bytes, start, end);
  }

  private openFields() {
    if (this.inFields) return;
    this.inFields = true;
    const { method, path, authority, head } = this;
    if (method.length === 0) {
      this.malformed = true;
      return;
    }
    head.appendAll(method.view());
    head.appendAll(SEPARATOR);
    if (isSame(CONNECT, method.view(), 0, method.length)) {
      // Section 8.5; who reads the head refuses the method.
      this.malformed ||= this.hasScheme || path.length > 0 || authority.length === 0;
      head.appendAll(authority.view());
    } else {
      this.malformed ||= !this.hasScheme || !isPath(path);
      head.appendAll(path.view());
    }
    if (!this.hasAuthority) return head.appendAll(VERSION_WITHOUT_HOST);
    head.appendAll(VERSION);
    head.appendAll(authority.view());
    head.appendAll(LINE_END);
  }

  private usuallyHasBody(): boolean {
    const { method } = this;
    return WITH_BODY.some((name) => isSame(name, method.view(), 0, method.length));
  }
}

/** A path with its query, or the asterisk: nothing else that the target of a line could be. */
function isPath(path: OctetBuffer): boolean {
  const octets = path.view();
  return octets[0] === SLASH || (octets.length === 1 && octets[0] === ASTERISK);
}
