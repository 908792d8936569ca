import { ErrorCode } from './error-code';
import { PREFACE, writePing } from './frames';
import type { FieldSink } from './hpack/decoder';
import { type AskedForm, type Framing, ResponseFields } from './response-fields';
import { Session, type SessionLimits, type SessionOwner } from './session';
import { Setting } from './settings';
import type { Stream, StreamUser } from './stream';
import { TrailerFields } from './trailer-fields';

/** Streams that are opened before the server has said how many it takes: more of them it might refuse. */
const FIRST_STREAMS = 1;
/** Streams on one connection, whatever a server takes: more of them wait for one another. */
const MOST_STREAMS = 1_000;
const LAST_STREAM = 0x7fffffff;

/** Whose request a stream carries. */
export interface ResponseUser extends StreamUser {
  readonly form: AskedForm;
  /** A head has come: it stands in {@link RESPONSE} until the call returns, and is interim where its status is below 200. */
  onStreamHead(framing: Framing, endStream: boolean): void;
}

/** A stream and whose request it carries. */
export interface RequestStream extends Stream {
  user: ResponseUser;
}

/** What the owner of a client's session does for it besides. */
export interface ClientSessionOwner extends SessionOwner {
  /** The server has said what it takes. */
  onGreeted(): void;
  /** A PING was answered. */
  onPong(): void;
}

/** Responses are put together within one call, so one object serves all connections. */
export const RESPONSE = new ResponseFields();
const TRAILERS = new TrailerFields();
const IGNORED: FieldSink = { field() {} };
const PING = Buffer.from('spillway');

/** The side of a connection that asks. */
export class ClientSession extends Session {
  readonly fromClient = false;
  private next = 1;
  /** Whether the server has said what it takes. */
  greeted = false;
  private goingAway = false;

  constructor(
    protected readonly owner: ClientSessionOwner,
    limits: SessionLimits,
    clock: () => number,
  ) {
    super(owner, limits, clock);
    const to = this.output.reserve(PREFACE.length);
    PREFACE.copy(to, this.output.length);
    this.output.length += PREFACE.length;
    this.writeOwnSettings([[Setting.ENABLE_PUSH, 0]]);
  }

  /** How many requests it can take on now. */
  get room(): number {
    if (this.goingAway || this.over || this.next > LAST_STREAM) return 0;
    const most = this.greeted ? Math.min(this.peer.maxConcurrentStreams, MOST_STREAMS) : FIRST_STREAMS;
    return Math.max(0, most - this.streams.size);
  }

  /** Whether it takes on no more requests, ever. */
  get spent(): boolean {
    return this.goingAway || this.over || this.next > LAST_STREAM;
  }

  /** Opens a stream; there must be room for it. */
  open(user: ResponseUser): Stream {
    const stream = this.addStream(this.next);
    this.next += 2;
    stream.user = user;
    return stream;
  }

  /** Asks for a sign of life. */
  ping(): void {
    writePing(this.output, 0, PING, 0);
    this.wake();
  }

  override onSettings(): void {
    if (this.greeted) return;
    this.greeted = true;
    this.owner.onGreeted();
  }

  override onPong(): void {
    this.owner.onPong();
  }

  override onGoaway(last: number): void {
    this.goingAway = true;
    // Section 6.8: the server has not looked at these, and will not.
    for (const stream of [...this.streams.values()]) {
      if (stream.id <= last || stream.closed) continue;
      this.drop(stream, false);
      stream.user.onStreamReset(ErrorCode.REFUSED_STREAM);
    }
    super.onGoaway(last);
  }

  isIdle(id: number): boolean {
    return id % 2 === 0 || id >= this.next;
  }

  onBlock(id: number, endStream: boolean, bytes: Buffer, start: number, end: number) {
    if (this.isIdle(id)) return this.fail(ErrorCode.PROTOCOL_ERROR);
    const stream = this.streams.get(id) as RequestStream | undefined;
    if (stream === undefined) this.onLate(id, bytes, start, end);
    else if (stream.headDone) this.onTrailers(stream, endStream, bytes, start, end);
    else this.onHead(stream, endStream, bytes, start, end);
  }

  /** What comes for a stream that has ended must be read still: others refer to what it puts into the table. */
  private onLate(id: number, bytes: Buffer, start: number, end: number): void {
    const expected = this.closed.wasResetHere(id);
    if (this.decode(bytes, start, end, IGNORED) && !expected) this.streamError(id, ErrorCode.STREAM_CLOSED);
  }

  private onHead(stream: RequestStream, endStream: boolean, bytes: Buffer, start: number, end: number) {
    RESPONSE.begin();
    if (!this.decode(bytes, start, end, RESPONSE)) return;
    if (this.listTooLarge) return this.streamError(stream.id, ErrorCode.ENHANCE_YOUR_CALM);
    const framing = RESPONSE.finish(endStream, stream.user.form);
    if (framing === undefined) return this.streamError(stream.id, ErrorCode.PROTOCOL_ERROR);
    if (RESPONSE.status >= 200) {
      stream.headDone = true;
      stream.contentLeft = endStream ? -1 : RESPONSE.contentLength;
      stream.remoteDone = endStream;
    }
    stream.user.onStreamHead(framing, endStream);
    if (!stream.closed) this.settle(stream);
  }

  private onTrailers(stream: Stream, endStream: boolean, bytes: Buffer, start: number, end: number) {
    TRAILERS.begin();
    if (!this.decode(bytes, start, end, TRAILERS)) return;
    if (stream.remoteDone) return this.streamError(stream.id, ErrorCode.STREAM_CLOSED);
    if (!endStream || TRAILERS.malformed) return this.streamError(stream.id, ErrorCode.PROTOCOL_ERROR);
    this.endRemote(stream, TRAILERS.lines.view());
  }
}
