import { ErrorCode } from './error-code';
import { PREFACE, writeGoaway, writePing } from './frames';
import type { FieldSink } from './hpack/decoder';
import { RequestFields } from './request-fields';
import { Session, type SessionLimits, type SessionOwner } from './session';
import { MOST_WINDOW, Setting } from './settings';
import type { Stream } from './stream';
import { TrailerFields } from './trailer-fields';

/** What the owner of a server's session does for it besides. */
export interface ServerSessionOwner extends SessionOwner {
  /**
   * A request has come: its head stands in {@link REQUEST} until the call returns. The stream's user must be set.
   * @param tooLarge - whether it has more fields than are read, and so is to be refused
   */
  onRequest(stream: Stream, tooLarge: boolean): void;
}

/** Requests are put together within one call, so one object serves all connections. */
export const REQUEST = new RequestFields();
const TRAILERS = new TrailerFields();
const IGNORED: FieldSink = { field() {} };

/** What the PING carries that tells when a client has seen that its server goes. */
const DRAIN_PING = Buffer.from('spillway');

/** The side of a connection that answers. */
export class ServerSession extends Session {
  readonly fromClient = true;
  /** Whether streams above the last are not taken any more. */
  private draining = false;
  private prefaceLeft = PREFACE.length;
  private goesAway = false;

  constructor(
    protected readonly owner: ServerSessionOwner,
    limits: SessionLimits,
    clock: () => number,
  ) {
    super(owner, limits, clock);
    this.writeOwnSettings([[Setting.MAX_CONCURRENT_STREAMS, limits.streams]]);
  }

  override receive(bytes: Buffer, start: number, end: number) {
    let at = start;
    for (; this.prefaceLeft > 0 && at < end; at++, this.prefaceLeft--)
      if (bytes[at] !== PREFACE[PREFACE.length - this.prefaceLeft]) return this.fail(ErrorCode.PROTOCOL_ERROR);
    super.receive(bytes, at, end);
  }

  /** Says that the connection ends; requests that are under way, and those the client sends before it knows, are answered. */
  goAway(): void {
    if (this.goesAway || this.over) return;
    this.goesAway = true;
    writeGoaway(this.output, MOST_WINDOW, ErrorCode.NO_ERROR);
    writePing(this.output, 0, DRAIN_PING, 0);
    this.wake();
  }

  /** The client sends no more: a request that is not whole will not be, and a response that waits for a window has no end. */
  clientEnded(): void {
    for (const stream of [...this.streams.values()]) {
      if (stream.remoteDone && !this.sending.starved(stream)) continue;
      this.reset(stream, ErrorCode.CANCEL);
      stream.user.onStreamReset(ErrorCode.CANCEL);
    }
  }

  /** Takes no more requests: the client has seen, or has had the time to see, that the connection ends. */
  refuseFurther(): void {
    if (this.draining || this.over) return;
    this.draining = true;
    writeGoaway(this.output, this.lastStream, ErrorCode.NO_ERROR);
    this.wake();
  }

  /** Whether no further request is taken. */
  get refusesFurther(): boolean {
    return this.draining;
  }

  override onPong(): void {
    if (!this.goesAway) return;
    this.refuseFurther();
    if (this.streams.size === 0) this.owner.onIdle();
  }

  isIdle(id: number): boolean {
    return id % 2 === 0 || id > this.lastStream;
  }

  onBlock(id: number, endStream: boolean, bytes: Buffer, start: number, end: number) {
    const stream = this.streams.get(id);
    if (stream !== undefined) return this.onTrailers(stream, endStream, bytes, start, end);
    if (id % 2 === 0) return this.fail(ErrorCode.PROTOCOL_ERROR);
    if (id > this.lastStream) return this.onHead(id, endStream, bytes, start, end);
    // One that was passed over cannot be opened any more (section 5.1.1); on one that has ended nothing may follow.
    if (!this.closed.has(id)) return this.fail(ErrorCode.PROTOCOL_ERROR);
    if (!this.closed.wasResetHere(id)) return this.fail(ErrorCode.STREAM_CLOSED);
    this.decode(bytes, start, end, IGNORED);
  }

  private onHead(id: number, endStream: boolean, bytes: Buffer, start: number, end: number) {
    REQUEST.begin();
    if (!this.decode(bytes, start, end, REQUEST)) return;
    // Section 6.8: nobody waits for an answer to these.
    if (this.draining) return;
    this.lastStream = id;
    if (this.streams.size >= this.limits.streams) return this.streamError(id, ErrorCode.REFUSED_STREAM);
    const tooLarge = this.listTooLarge;
    if (!tooLarge && !REQUEST.finish(endStream)) return this.streamError(id, ErrorCode.PROTOCOL_ERROR);
    const stream = this.addStream(id);
    stream.headDone = true;
    stream.remoteDone = endStream;
    stream.contentLeft = endStream ? -1 : REQUEST.contentLength;
    this.owner.onRequest(stream, tooLarge);
  }

  private onTrailers(stream: Stream, endStream: boolean, bytes: Buffer, start: number, end: number) {
    TRAILERS.begin();
    if (!this.decode(bytes, start, end, TRAILERS)) return;
    if (stream.remoteDone) return this.streamError(stream.id, ErrorCode.STREAM_CLOSED);
    if (!endStream || TRAILERS.malformed) return this.streamError(stream.id, ErrorCode.PROTOCOL_ERROR);
    this.endRemote(stream, TRAILERS.lines.view());
  }
}
