import { OctetBuffer, statusLine } from '../http';
import { FieldKind } from './field-kind';
import type { FieldSink } from './hpack/decoder';
import { GRPC, parseLength, startsWith } from './octets';

/** Most heads fit. */
const SIZE = 2_048;

const LINE_END = Buffer.from('\r\n');
const CHUNKED = Buffer.from('transfer-encoding: chunked\r\n');
const EMPTY = Buffer.from('content-length: 0\r\n');

/** What the request says of the response's form. */
export interface AskedForm {
  /** Whether it was HEAD, whose responses have no body. */
  readonly headOnly: boolean;
  /** Whether who asked knows chunks; else the end of the connection ends a body without a length. */
  readonly chunks: boolean;
}

/** How the body of a response goes on in HTTP/1.1. */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** The head of a response as HTTP/1.1 would have it, put together from the fields of a block (RFC 9113, section 8.3.2). */
export class ResponseFields implements FieldSink {
  readonly head = new OctetBuffer(SIZE);
  status = 0;
  /** -1 where there is none that counts. */
  contentLength = -1;
  private malformed = false;
  private grpc = false;
  private readonly lengthLine = new OctetBuffer(64);

  begin(): void {
    this.head.clear();
    this.lengthLine.clear();
    this.status = 0;
    this.contentLength = -1;
    this.malformed = false;
    this.grpc = false;
  }

  field(kind: number, bytes: Buffer, start: number, nameEnd: number, end: number) {
    const value = nameEnd + 2;
    if (kind === FieldKind.STATUS) return this.readStatus(bytes, value, end - 2);
    if (this.status === 0) this.malformed = true;
    switch (kind) {
      case FieldKind.CONTENT_TYPE:
        this.grpc ||= startsWith(bytes, value, end - 2, GRPC);
        return this.head.append(bytes, start, end);
      case FieldKind.CONTENT_LENGTH: {
        const length = parseLength(bytes, value, end - 2);
        if (length < 0 || this.contentLength >= 0) this.malformed = true;
        this.contentLength = length;
        return this.lengthLine.append(bytes, start, end);
      }
      case FieldKind.REGULAR:
      case FieldKind.HOST:
      case FieldKind.COOKIE:
        return this.head.append(bytes, start, end);
      case FieldKind.TE:
        return;
      default:
        this.malformed = true;
    }
  }

  /**
   * Ends the head.
   * @param endStream - whether the response has no body
   * @returns how its body goes on, or `undefined` where it is malformed
   */
  finish(endStream: boolean, form: AskedForm): Framing | undefined {
    // 101 is none of HTTP/2 (section 8.6), and after an interim response another one must come.
    if (this.malformed || this.status === 0 || this.status === 101) return undefined;
    if (this.status < 200 && endStream) return undefined;
    const framing = this.framing(endStream, form);
    const bodyless = form.headOnly || this.status === 304;
    if (framing === 'none' && !bodyless) {
      if (this.contentLength > 0) return undefined;
      if (endStream && this.status >= 200 && this.status !== 204) this.head.appendAll(EMPTY);
    } else if (framing === 'chunked') this.head.appendAll(CHUNKED);
    else if (framing !== 'close') this.head.appendAll(this.lengthLine.view());
    this.head.appendAll(LINE_END);
    if (framing !== 'length') this.contentLength = framing === 'none' ? 0 : this.contentLength;
    return framing;
  }

  private framing(endStream: boolean, { headOnly, chunks }: AskedForm): Framing {
    if (headOnly || this.status < 200 || this.status === 204 || this.status === 304) return 'none';
    // gRPC's trailers say how a call went, and only chunks have a place for them.
    if (this.grpc && chunks) return 'chunked';
    if (endStream) return 'none';
    if (this.contentLength >= 0) return 'length';
    return chunks ? 'chunked' : 'close';
  }

  private readStatus(bytes: Buffer, start: number, end: number): void {
    const status = end - start === 3 ? parseLength(bytes, start, end) : -1;
    if (status < 100 || status > 599 || this.status !== 0 || this.head.length > 0) this.malformed = true;
    this.status = status;
    this.head.appendAll(statusLine(status));
  }
}
