import { BodyData } from '../http';
import { encodeTrailers } from './encode-head';
import type { Stream } from './stream';

const NOTHING = Buffer.alloc(0);

/** Sends a body as HTTP/1.1 frames it over a stream: as DATA, as fast as the windows allow, and its trailers behind it. */
export class BodySender {
  /** Octets of data that were sent. */
  sent = 0;
  private readonly data = new BodyData();
  private stream: Stream | undefined;
  /** What waits until more may be sent. */
  private rest: Buffer = NOTHING;
  private restAt = 0;
  private restEnd = 0;

  /** Begins with a body of a length; `Infinity` where {@link finish} ends it. */
  startLength(length: number): void {
    this.sent = 0;
    this.data.startLength(length);
  }

  /** Begins with a body in chunks. */
  startChunked(): void {
    this.sent = 0;
    this.data.startChunked();
  }

  /** Looks at what has come with the head. @returns whether that is all: a body without data and trailers */
  isEmpty(bytes: Buffer, start: number, end: number): boolean {
    const { data } = this;
    this.restAt = data.next(bytes, start, end);
    return data.done && data.start === data.end && data.trailers.length === 0;
  }

  /** Sends what {@link isEmpty} looked at, behind the head. @returns as {@link send} */
  sendFirst(stream: Stream, bytes: Buffer, end: number): boolean {
    this.stream = stream;
    return this.go(bytes, this.restAt, end);
  }

  /**
   * Sends more.
   * @returns `false` where some of it waits: the octets must stay as they are until {@link resume} says `true`
   */
  send(bytes: Buffer, start: number, end: number): boolean {
    if (this.rest.length === 0) return this.go(bytes, this.data.next(bytes, start, end), end);
    this.keepRest();
    this.rest = Buffer.concat([this.rest, bytes.subarray(start, end)]);
    this.restEnd = this.rest.length;
    return false;
  }

  /** Sends what waited, now that the stream is writable. @returns whether nothing waits any more */
  resume(): boolean {
    return this.go(this.rest, this.restAt, this.restEnd);
  }

  /** Makes what waits its own, so that the memory it stood in may change. */
  keepRest(): void {
    const { data } = this;
    const from = data.start;
    this.rest = Buffer.from(this.rest.subarray(from, this.restEnd));
    this.restAt -= from;
    this.restEnd -= from;
    data.end -= from;
    data.start = 0;
  }

  /** The end of a body without a length. */
  finish(): void {
    if (this.stream !== undefined && !this.stream.localDone) this.stream.end();
  }

  /** Lets go of the stream, and of what waits. */
  drop(): void {
    this.stream = undefined;
    this.rest = NOTHING;
  }

  private go(bytes: Buffer, start: number, end: number): boolean {
    const { stream, data } = this;
    let at = start;
    while (stream !== undefined && !stream.localDone && !stream.closed) {
      if (data.start < data.end) {
        const from = data.start;
        data.start = stream.send(bytes, from, data.end, data.done);
        this.sent += data.start - from;
        if (data.start < data.end) {
          this.rest = bytes;
          this.restAt = at;
          this.restEnd = end;
          return false;
        }
      }
      if (at === end) break;
      at = data.next(bytes, at, end);
    }
    this.rest = NOTHING;
    if (stream !== undefined && data.done && !stream.localDone && !stream.closed) this.sendTrailers(stream);
    return true;
  }

  private sendTrailers(stream: Stream) {
    const { trailers } = this.data;
    if (trailers.length === 0) return stream.end();
    const block = stream.beginBlock();
    encodeTrailers(stream.output, trailers.view());
    stream.endBlock(block, true);
  }
}
