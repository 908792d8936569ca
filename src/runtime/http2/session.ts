import { ClosedStreams } from './closed-streams';
import { ErrorCode } from './error-code';
import { FrameType, writeGoaway, writeNumber, writeSettings } from './frames';
import { Decoder, type FieldSink } from './hpack/decoder';
import { Output } from './output';
import { Patience } from './patience';
import { CONNECTION_WINDOW, ReceiveFlow, STREAM_WINDOW } from './receive-flow';
import { ReceivedFrames } from './received-frames';
import { SendFlow } from './send-flow';
import { DEFAULT_WINDOW, PeerSettings, Setting } from './settings';
import { Stream } from './stream';

/** What the session's owner does for it. None of these is called from inside a call to the session but {@link onOutput}. */
export interface SessionOwner {
  /** There is something in {@link Session.output}; told once until {@link Session.flushed}. */
  onOutput(): void;
  /** The last stream ended. */
  onIdle(): void;
  /** The connection cannot go on: a GOAWAY that says why is in the output, and nothing more will be. */
  onFailed(code: number): void;
  /** The other side opens no more streams, or takes no more. */
  onGoaway(): void;
}

/** What a session is bounded by. */
export interface SessionLimits {
  /** Octets of a list of fields beyond which they are not read; see `Decoder`. */
  readonly fields: number;
  /** Streams that the other side may have open at once. */
  readonly streams: number;
  /** Streams that have ended and are remembered, so that what was on its way is told from a mistake. */
  readonly closed: number;
}

/**
 * One HTTP/2 connection as far as it is frames, windows and states of streams, the same for both sides (RFC 9113). It
 * does no I/O: it is fed with what came, and leaves what is to be sent in {@link output}.
 */
export abstract class Session {
  readonly output = new Output();
  /** @internal */
  readonly peer = new PeerSettings();
  /** @internal */
  readonly streams = new Map<number, Stream>();
  /** @internal */
  readonly closed: ClosedStreams;
  /** @internal */
  readonly sending = new SendFlow(this.output);
  /** @internal */
  readonly receiving = new ReceiveFlow(this.output, () => this.wake());
  /** The highest stream that the other side has opened. */
  protected lastStream = 0;
  private readonly received: ReceivedFrames;
  private readonly decoder = new Decoder();
  private readonly patience: Patience;
  private told = false;
  private failed = false;

  constructor(
    protected readonly owner: SessionOwner,
    /** @internal */
    readonly limits: SessionLimits,
    clock: () => number,
  ) {
    this.closed = new ClosedStreams(limits.closed);
    this.patience = new Patience(clock);
    this.received = new ReceivedFrames(this);
  }

  /** @internal Whether the other side is the client. */
  abstract readonly fromClient: boolean;

  /** @internal Whether a stream has never been used. */
  abstract isIdle(id: number): boolean;

  /** @internal A block of fields has come for a stream. */
  abstract onBlock(id: number, endStream: boolean, bytes: Buffer, start: number, end: number): void;

  /** @internal Settings have come. */
  onSettings(): void {}

  /** @internal A PING was answered. */
  onPong(): void {}

  /** @internal The other side says that it goes: streams above `last` were not looked at. */
  onGoaway(_last: number): void {
    this.odd();
    this.owner.onGoaway();
  }

  get streamCount(): number {
    return this.streams.size;
  }

  /** Whether a head has begun to come, and not ended. */
  get inHead(): boolean {
    return this.received.inHead;
  }

  /** Whether it has failed, or its connection was lost. */
  get over(): boolean {
    return this.failed;
  }

  /** Whether those who have more to send had better wait. */
  get full(): boolean {
    return this.sending.full;
  }

  /** What came. */
  receive(bytes: Buffer, start: number, end: number): void {
    this.received.reader.read(bytes, start, end);
  }

  /** The output was taken; streams that waited for room in it go on. */
  flushed(): void {
    this.told = false;
    this.sending.serveWaiting();
  }

  /** The connection is gone: every stream is told, and nothing is sent. */
  lost(code: number): void {
    this.failed = true;
    this.received.reader.stop();
    for (const stream of [...this.streams.values()]) {
      this.streams.delete(stream.id);
      stream.closed = true;
      stream.user.onStreamReset(code);
    }
  }

  /** Ends the connection with an error. */
  fail(code: number): void {
    if (this.failed) return;
    writeGoaway(this.output, this.lastStream, code);
    this.wake();
    this.lost(code);
    this.owner.onFailed(code);
  }

  /** @internal Tries this side's patience: one oddity more, and perhaps the last. */
  odd(): void {
    if (!this.patience.bears()) this.fail(ErrorCode.ENHANCE_YOUR_CALM);
  }

  /** @internal There is something in the output. */
  wake(): void {
    if (this.told) return;
    this.told = true;
    this.owner.onOutput();
  }

  protected addStream(id: number): Stream {
    const stream = new Stream(id, this, this.peer.initialWindow, STREAM_WINDOW);
    this.streams.set(id, stream);
    return stream;
  }

  /** @internal This side ends a stream before its time. */
  reset(stream: Stream, code: number): void {
    if (stream.closed) return;
    this.writeReset(stream.id, code);
    this.drop(stream, true);
  }

  /** @internal A mistake of the other side that concerns one stream alone (section 5.4.2). */
  streamError(id: number, code: number): void {
    const stream = this.streams.get(id);
    this.writeReset(id, code);
    if (stream === undefined) this.closed.add(id, true);
    else {
      this.drop(stream, true);
      stream.user.onStreamReset(code);
    }
    this.odd();
  }

  /** @internal Ends a stream without a word to its user. */
  drop(stream: Stream, resetHere: boolean): void {
    stream.closed = true;
    this.streams.delete(stream.id);
    this.closed.add(stream.id, resetHere);
    this.receiving.drop(stream);
    this.received.forget(stream);
    if (this.streams.size === 0) this.owner.onIdle();
  }

  /** A side has ended: with the other one, the stream has. */
  protected settle(stream: Stream): void {
    if (stream.remoteDone && stream.localDone) this.drop(stream, false);
  }

  private writeReset(id: number, code: number): void {
    writeNumber(this.output, FrameType.RST_STREAM, id, code);
    this.wake();
  }

  /** @internal This side's message has gone on. @param last - and has ended */
  written(stream: Stream, last: boolean): void {
    this.wake();
    if (!last) return;
    stream.localDone = true;
    this.settle(stream);
  }

  /** @internal A stream's user has dealt with octets. */
  consumed(stream: Stream, octets: number): void {
    if (!this.failed) this.receiving.consumed(stream, octets);
  }

  /** @internal The other side's message is whole. */
  endRemote(stream: Stream, trailers: Buffer) {
    if (stream.contentLeft > 0) return this.streamError(stream.id, ErrorCode.PROTOCOL_ERROR);
    stream.remoteDone = true;
    stream.user.onStreamEnd(trailers);
    if (!stream.closed) this.settle(stream);
  }

  /** Reads a block; the connection has failed where it cannot be. @returns whether it could */
  protected decode(bytes: Buffer, start: number, end: number, sink: FieldSink): boolean {
    if (this.decoder.decode(bytes, start, end, this.limits.fields, sink)) return true;
    this.fail(ErrorCode.COMPRESSION_ERROR);
    return false;
  }

  /** Whether the last block had more than was read. */
  protected get listTooLarge(): boolean {
    return this.decoder.listSize > this.limits.fields;
  }

  /** Writes what each side says first. */
  protected writeOwnSettings(settings: readonly (readonly [number, number])[]): void {
    writeSettings(this.output, [
      ...settings,
      [Setting.INITIAL_WINDOW_SIZE, STREAM_WINDOW],
      [Setting.MAX_HEADER_LIST_SIZE, this.limits.fields],
    ]);
    writeNumber(this.output, FrameType.WINDOW_UPDATE, 0, CONNECTION_WINDOW - DEFAULT_WINDOW);
    this.wake();
  }
}
