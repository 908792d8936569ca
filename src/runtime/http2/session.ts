import { copyOctets } from '../http';
import { ClosedStreams } from './closed-streams';
import { ErrorCode } from './error-code';
import { type FrameHandler, FrameReader } from './frame-reader';
import {
  Flag,
  FRAME_HEADER,
  FrameType,
  MAX_FRAME_SIZE,
  putFrameHeader,
  uint31,
  writeGoaway,
  writeNumber,
  writePing,
  writeSettings,
  writeSettingsAck,
} from './frames';
import { IncomingBlock } from './header-block';
import { Decoder, type FieldSink } from './hpack/decoder';
import { Output } from './output';
import { Patience } from './patience';
import { DEFAULT_WINDOW, MOST_WINDOW, PeerSettings, Setting } from './settings';
import { Stream } from './stream';

/** What a stream's sender may have on the way here: 2.5 MB a second at 100 ms. */
export const STREAM_WINDOW = 262_144;
/** The same of all streams of a connection, and so what a connection can make this side hold. */
export const CONNECTION_WINDOW = 1_048_576;

/** What is put together for a connection before streams have to wait for it to be written. */
const OUTPUT_LIMIT = 131_072;

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
export abstract class Session implements FrameHandler {
  readonly output = new Output();
  readonly peer = new PeerSettings();
  protected readonly streams = new Map<number, Stream>();
  protected readonly reader = new FrameReader(this);
  /** The highest stream that the other side has opened. */
  protected lastStream = 0;
  /** Whether streams above {@link lastStream} are not taken any more. */
  protected draining = false;
  private readonly decoder = new Decoder();
  private readonly closed: ClosedStreams;
  private readonly block: IncomingBlock;
  private readonly patience: Patience;
  private sendWindow = DEFAULT_WINDOW;
  private receiveWindow = CONNECTION_WINDOW;
  private owed = 0;
  private settled = false;
  private told = false;
  private failed = false;
  /** Streams that wait for the connection's window or for room in the output, in turn. */
  private readonly waiting: Stream[] = [];
  /** The one whose turn it is, and what it may send. */
  private serving: Stream | undefined;
  private quota = 0;
  /** Of the DATA frame that is being read. */
  private dataStream: Stream | undefined;
  /** What of it is not data, once it has been read. */
  private padding = 0;
  private dataEnds = false;

  constructor(
    protected readonly owner: SessionOwner,
    protected readonly limits: SessionLimits,
    clock: () => number,
  ) {
    this.block = new IncomingBlock(limits.fields + MAX_FRAME_SIZE);
    this.closed = new ClosedStreams(limits.closed);
    this.patience = new Patience(clock);
  }

  /** Whether the other side is the client. */
  protected abstract readonly fromClient: boolean;

  /** Whether a stream has never been used. */
  protected abstract isIdle(id: number): boolean;

  /** A block of fields has come for a stream. */
  protected abstract onBlock(id: number, endStream: boolean, bytes: Buffer, start: number, end: number): void;

  /** Settings have come. */
  protected onSettings(): void {}

  /** A PING was answered. */
  protected onPong(): void {}

  /** The other side says that it goes: streams above `last` were not looked at. */
  protected onGoaway(_last: number): void {
    this.owner.onGoaway();
  }

  get streamCount(): number {
    return this.streams.size;
  }

  /** Whether a head has begun to come, and not ended. */
  get inHead(): boolean {
    return this.block.stream !== 0 || this.reader.inHeaders;
  }

  get over(): boolean {
    return this.failed;
  }

  /** What came. */
  receive(bytes: Buffer, start: number, end: number): void {
    this.reader.read(bytes, start, end);
  }

  /** The output was taken; streams that waited for room in it go on. */
  flushed(): void {
    this.told = false;
    this.serveWaiting();
  }

  /** The connection is gone: every stream is told, and nothing is sent. */
  lost(code: number): void {
    this.failed = true;
    this.reader.stop();
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

  /** Lets the other side's patience not be tried: an oddity more, and perhaps the last. */
  protected odd(): void {
    if (!this.patience.bears()) this.fail(ErrorCode.ENHANCE_YOUR_CALM);
  }

  protected wake(): void {
    if (this.told) return;
    this.told = true;
    this.owner.onOutput();
  }

  // Streams

  protected addStream(id: number): Stream {
    const stream = new Stream(id, this, this.peer.initialWindow, STREAM_WINDOW);
    this.streams.set(id, stream);
    return stream;
  }

  /** @internal */
  reset(stream: Stream, code: number): void {
    if (stream.closed) return;
    this.writeReset(stream.id, code);
    this.drop(stream, true);
  }

  /** A mistake of the other side that concerns one stream alone (section 5.4.2). */
  protected streamError(id: number, code: number): void {
    const stream = this.streams.get(id);
    this.writeReset(id, code);
    if (stream === undefined) this.closed.add(id, true);
    else {
      this.drop(stream, true);
      stream.user.onStreamReset(code);
    }
    this.odd();
  }

  /** Ends a stream without a word to its user. */
  protected drop(stream: Stream, resetHere: boolean): void {
    stream.closed = true;
    this.streams.delete(stream.id);
    this.closed.add(stream.id, resetHere);
    this.giveBack(stream.unread);
    stream.unread = 0;
    if (this.dataStream === stream) this.dataStream = undefined;
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

  // What is sent

  /** @internal What a stream may send now, as far as the connection is concerned. */
  roomFor(stream: Stream): number {
    const room = Math.min(this.sendWindow, OUTPUT_LIMIT - this.output.length);
    if (this.serving === stream) return Math.min(room, this.quota);
    return this.waiting.length > 0 ? 0 : room;
  }

  /** @internal */
  queue(stream: Stream): void {
    if (stream.queued) return;
    stream.queued = true;
    this.waiting.push(stream);
  }

  /** Whether those who have more to send had better wait. */
  get full(): boolean {
    return this.output.length >= OUTPUT_LIMIT;
  }

  /** @internal */
  putData(stream: Stream, bytes: Buffer, start: number, end: number, last: boolean): void {
    const { output } = this;
    const length = end - start;
    const to = output.reserve(FRAME_HEADER + length);
    putFrameHeader(to, output.length, length, FrameType.DATA, last ? Flag.END_STREAM : 0, stream.id);
    output.length = copyOctets(to, output.length + FRAME_HEADER, bytes, start, end);
    this.sendWindow -= length;
    this.quota -= length;
    stream.sendWindow -= length;
    this.wake();
    if (last) this.endLocal(stream);
  }

  /** @internal */
  blockWritten(stream: Stream, last: boolean): void {
    this.wake();
    if (last) this.endLocal(stream);
  }

  private endLocal(stream: Stream): void {
    stream.localDone = true;
    this.settle(stream);
  }

  /** One frame for each stream that waits, round after round, as long as there is room. */
  private serveWaiting(): void {
    const { waiting } = this;
    while (waiting.length > 0 && this.sendWindow > 0 && !this.full) {
      const stream = waiting.shift() as Stream;
      stream.queued = false;
      if (stream.closed) continue;
      this.serving = stream;
      this.quota = MAX_FRAME_SIZE;
      stream.user.onStreamWritable();
      this.serving = undefined;
    }
  }

  // What is received

  /** @internal */
  consumed(stream: Stream, octets: number): void {
    this.giveBack(Math.min(octets, stream.unread));
    if (stream.closed) return;
    stream.unread -= octets;
    stream.owed += octets;
    if (stream.owed < STREAM_WINDOW / 2 || stream.remoteDone) return;
    writeNumber(this.output, FrameType.WINDOW_UPDATE, stream.id, stream.owed);
    stream.receiveWindow += stream.owed;
    stream.owed = 0;
    this.wake();
  }

  private giveBack(octets: number): void {
    this.owed += octets;
    if (this.owed < CONNECTION_WINDOW / 2 || this.failed) return;
    writeNumber(this.output, FrameType.WINDOW_UPDATE, 0, this.owed);
    this.receiveWindow += this.owed;
    this.owed = 0;
    this.wake();
  }

  onFrameError(code: number): void {
    this.fail(code);
  }

  onFrameHeader(type: number, flags: number, id: number, length: number): number {
    if (!this.settled && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0)) return ErrorCode.PROTOCOL_ERROR;
    // Section 6.2: nothing stands between the parts of a block.
    const continues = type === FrameType.CONTINUATION;
    if (this.block.stream === 0 ? continues : !continues || id !== this.block.stream) return ErrorCode.PROTOCOL_ERROR;
    switch (type) {
      case FrameType.DATA:
        return id === 0 ? ErrorCode.PROTOCOL_ERROR : this.beginData(flags, id, length);
      case FrameType.HEADERS:
        return id === 0 ? ErrorCode.PROTOCOL_ERROR : 0;
      case FrameType.PRIORITY:
        return id === 0 ? ErrorCode.PROTOCOL_ERROR : 0;
      case FrameType.RST_STREAM:
        if (id === 0 || this.isIdle(id)) return ErrorCode.PROTOCOL_ERROR;
        return length === 4 ? 0 : ErrorCode.FRAME_SIZE_ERROR;
      case FrameType.SETTINGS:
        if (id !== 0) return ErrorCode.PROTOCOL_ERROR;
        return length % 6 === 0 && ((flags & Flag.ACK) === 0 || length === 0) ? 0 : ErrorCode.FRAME_SIZE_ERROR;
      case FrameType.PUSH_PROMISE:
        // Clients never push, and to servers it was forbidden.
        return ErrorCode.PROTOCOL_ERROR;
      case FrameType.PING:
        if (id !== 0) return ErrorCode.PROTOCOL_ERROR;
        return length === 8 ? 0 : ErrorCode.FRAME_SIZE_ERROR;
      case FrameType.GOAWAY:
        if (id !== 0) return ErrorCode.PROTOCOL_ERROR;
        return length >= 8 ? 0 : ErrorCode.FRAME_SIZE_ERROR;
      case FrameType.WINDOW_UPDATE:
        if (id !== 0 && this.isIdle(id)) return ErrorCode.PROTOCOL_ERROR;
        return length === 4 ? 0 : ErrorCode.FRAME_SIZE_ERROR;
    }
    return 0;
  }

  onFrame(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number) {
    switch (type) {
      case FrameType.HEADERS:
        return this.onHeaders(flags, id, bytes, start, end);
      case FrameType.CONTINUATION:
        return this.onContinuation(flags, bytes, start, end);
      case FrameType.PRIORITY:
        return this.onPriority(id, bytes, start, end);
      case FrameType.RST_STREAM:
        return this.onReset(id, uint31(bytes, start));
      case FrameType.SETTINGS:
        return this.onSettingsFrame(flags, bytes, start, end);
      case FrameType.PING:
        return this.onPing(flags, bytes, start);
      case FrameType.GOAWAY:
        return this.onGoaway(uint31(bytes, start));
      case FrameType.WINDOW_UPDATE:
        return this.onWindowUpdate(id, uint31(bytes, start));
    }
  }

  private onHeaders(flags: number, id: number, bytes: Buffer, start: number, end: number) {
    let first = start;
    let padding = 0;
    const hasPriority = (flags & Flag.PRIORITY) !== 0;
    const needed = ((flags & Flag.PADDED) !== 0 ? 1 : 0) + (hasPriority ? 5 : 0);
    if (end - start < needed) return this.fail(ErrorCode.FRAME_SIZE_ERROR);
    if ((flags & Flag.PADDED) !== 0) padding = bytes[first++];
    this.block.dependsOnItself = hasPriority && uint31(bytes, first) === id;
    if (hasPriority) first += 5;
    const last = end - padding;
    if (last < first) return this.fail(ErrorCode.PROTOCOL_ERROR);
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) return this.endBlock(id, endStream, bytes, first, last);
    this.block.begin(id, endStream);
    this.addToBlock(bytes, first, last);
  }

  private onContinuation(flags: number, bytes: Buffer, start: number, end: number): void {
    const { block } = this;
    const { stream, endStream } = block;
    if (!this.addToBlock(bytes, start, end) || (flags & Flag.END_HEADERS) === 0) return;
    const whole = block.end();
    this.endBlock(stream, endStream, whole, 0, whole.length);
  }

  private addToBlock(bytes: Buffer, start: number, end: number): boolean {
    const error = this.block.add(bytes, start, end);
    if (error !== 0) this.fail(error);
    return error === 0;
  }

  private endBlock(id: number, endStream: boolean, bytes: Buffer, start: number, end: number): void {
    const { dependsOnItself } = this.block;
    this.onBlock(id, endStream, bytes, start, end);
    if (dependsOnItself && !this.failed) this.streamError(id, ErrorCode.PROTOCOL_ERROR);
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

  protected wasClosed(id: number): boolean {
    return this.closed.has(id);
  }

  protected wasResetHere(id: number): boolean {
    return this.closed.wasResetHere(id);
  }

  private onPriority(id: number, bytes: Buffer, start: number, end: number) {
    const wrongSize = end - start !== 5;
    if (!wrongSize && uint31(bytes, start) !== id) return this.odd();
    const code = wrongSize ? ErrorCode.FRAME_SIZE_ERROR : ErrorCode.PROTOCOL_ERROR;
    // What was never opened cannot be reset (section 6.4).
    if (this.isIdle(id)) this.fail(code);
    else this.streamError(id, code);
  }

  private onReset(id: number, code: number): void {
    const stream = this.streams.get(id);
    if (stream !== undefined) {
      this.drop(stream, false);
      stream.user.onStreamReset(code);
    }
    // A server may refuse what it is asked; a client that asks and takes it back makes work for nothing.
    if (this.fromClient) this.odd();
  }

  private onSettingsFrame(flags: number, bytes: Buffer, start: number, end: number) {
    if ((flags & Flag.ACK) !== 0) return;
    const before = this.peer.initialWindow;
    const error = this.peer.read(bytes, start, end, this.fromClient);
    if (error !== 0) return this.fail(error);
    writeSettingsAck(this.output);
    this.wake();
    if (this.settled) this.odd();
    this.settled = true;
    const more = this.peer.initialWindow - before;
    if (more !== 0) for (const stream of [...this.streams.values()]) this.widen(stream, more, true);
    if (!this.failed) this.onSettings();
  }

  private onPing(flags: number, bytes: Buffer, start: number) {
    if ((flags & Flag.ACK) !== 0) return this.onPong();
    writePing(this.output, Flag.ACK, bytes, start);
    this.wake();
    this.odd();
  }

  private onWindowUpdate(id: number, more: number) {
    if (id === 0) {
      if (more === 0) return this.fail(ErrorCode.PROTOCOL_ERROR);
      if (this.sendWindow + more > MOST_WINDOW) return this.fail(ErrorCode.FLOW_CONTROL_ERROR);
      this.sendWindow += more;
      return this.serveWaiting();
    }
    const stream = this.streams.get(id);
    if (stream === undefined) return;
    if (more === 0) return this.streamError(id, ErrorCode.PROTOCOL_ERROR);
    this.widen(stream, more, false);
  }

  private widen(stream: Stream, more: number, all: boolean): void {
    if (this.failed || stream.closed) return;
    if (stream.sendWindow + more > MOST_WINDOW) {
      // Section 6.9.2: what the settings do to all streams is an error of the connection.
      if (all) this.fail(ErrorCode.FLOW_CONTROL_ERROR);
      else this.streamError(stream.id, ErrorCode.FLOW_CONTROL_ERROR);
      return;
    }
    stream.sendWindow += more;
    if (stream.blocked && !stream.queued && stream.sendWindow > 0) {
      this.queue(stream);
      this.serveWaiting();
    }
  }

  private beginData(flags: number, id: number, length: number): number {
    this.receiveWindow -= length;
    if (this.receiveWindow < 0) return ErrorCode.FLOW_CONTROL_ERROR;
    if (this.isIdle(id)) return ErrorCode.PROTOCOL_ERROR;
    this.dataStream = undefined;
    this.dataEnds = (flags & Flag.END_STREAM) !== 0;
    if (length === 0 && !this.dataEnds) this.odd();
    if (this.failed) return 0;
    const stream = this.streams.get(id);
    const error = this.dataError(id, stream, length);
    if (error !== 0) this.streamError(id, error);
    if (stream === undefined || error !== 0) {
      this.giveBack(length);
      return 0;
    }
    stream.receiveWindow -= length;
    stream.unread += length;
    this.dataStream = stream;
    this.padding = length;
    return 0;
  }

  private dataError(id: number, stream: Stream | undefined, length: number): number {
    if (stream === undefined) return this.wasResetHere(id) ? 0 : ErrorCode.STREAM_CLOSED;
    if (stream.remoteDone) return ErrorCode.STREAM_CLOSED;
    if (!stream.headDone) return ErrorCode.PROTOCOL_ERROR;
    return stream.receiveWindow < length ? ErrorCode.FLOW_CONTROL_ERROR : 0;
  }

  onData(bytes: Buffer, start: number, end: number) {
    const stream = this.dataStream;
    const length = end - start;
    if (stream === undefined) return;
    this.padding -= length;
    if (stream.contentLeft >= 0) {
      stream.contentLeft -= length;
      if (stream.contentLeft < 0) return this.streamError(stream.id, ErrorCode.PROTOCOL_ERROR);
    }
    stream.user.onStreamData(bytes, start, end);
  }

  onDataEnd(): void {
    const stream = this.dataStream;
    this.dataStream = undefined;
    // It was ended on the way, and all of the frame was given back then.
    if (stream === undefined) return;
    if (this.padding > 0) this.consumed(stream, this.padding);
    if (this.dataEnds) this.endRemote(stream, NO_TRAILERS);
  }

  /** The other side's message is whole. */
  protected endRemote(stream: Stream, trailers: Buffer) {
    if (stream.contentLeft > 0) return this.streamError(stream.id, ErrorCode.PROTOCOL_ERROR);
    stream.remoteDone = true;
    stream.user.onStreamEnd(trailers);
    if (!stream.closed) this.settle(stream);
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

const NO_TRAILERS = Buffer.alloc(0);
