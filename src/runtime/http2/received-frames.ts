import { ErrorCode } from './error-code';
import { type FrameHandler, FrameReader } from './frame-reader';
import { frameError } from './frame-rules';
import { Flag, FrameType, MAX_FRAME_SIZE, uint31, writePing, writeSettingsAck } from './frames';
import { IncomingBlock } from './header-block';
import type { Session } from './session';
import type { Stream } from './stream';

const NO_TRAILERS = Buffer.alloc(0);

/** What the frames that come over a connection mean to its session (RFC 9113, section 6). */
export class ReceivedFrames implements FrameHandler {
  readonly reader = new FrameReader(this);
  private readonly block: IncomingBlock;
  private settled = false;
  /** Of the DATA frame that is being read. */
  private dataStream: Stream | undefined;
  /** What of it is not data, once it has been read. */
  private padding = 0;
  private dataEnds = false;

  constructor(private readonly session: Session) {
    this.block = new IncomingBlock(session.limits.fields + MAX_FRAME_SIZE);
  }

  /** Whether a head has begun to come, and not ended. */
  get inHead(): boolean {
    return this.block.stream !== 0 || this.reader.inHeaders;
  }

  /** A stream is gone: what is left of its frame is passed over. */
  forget(stream: Stream): void {
    if (this.dataStream === stream) this.dataStream = undefined;
  }

  onFrameError(code: number): void {
    this.session.fail(code);
  }

  onFrameHeader(type: number, flags: number, id: number, length: number): number {
    if (!this.settled && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0)) return ErrorCode.PROTOCOL_ERROR;
    // Section 6.2: nothing stands between the parts of a block.
    const continues = type === FrameType.CONTINUATION;
    if (this.block.stream === 0 ? continues : !continues || id !== this.block.stream) return ErrorCode.PROTOCOL_ERROR;
    const error = frameError(type, flags, id, length);
    if (error !== 0) return error;
    if (type === FrameType.DATA) return this.beginData(flags, id, length);
    const concernsOne = type === FrameType.RST_STREAM || (type === FrameType.WINDOW_UPDATE && id !== 0);
    return concernsOne && this.session.isIdle(id) ? ErrorCode.PROTOCOL_ERROR : 0;
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
        return this.onSettings(flags, bytes, start, end);
      case FrameType.PING:
        return this.onPing(flags, bytes, start);
      case FrameType.GOAWAY:
        return this.session.onGoaway(uint31(bytes, start));
      case FrameType.WINDOW_UPDATE:
        return this.onWindowUpdate(id, uint31(bytes, start));
    }
  }

  private onHeaders(flags: number, id: number, bytes: Buffer, start: number, end: number) {
    const { block } = this;
    const error = block.read(flags, id, bytes, start, end);
    if (error !== 0) return this.session.fail(error);
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) return this.endBlock(id, endStream, bytes, block.start, block.end);
    block.begin(id, endStream);
    this.addToBlock(bytes, block.start, block.end);
  }

  private onContinuation(flags: number, bytes: Buffer, start: number, end: number): void {
    const { block } = this;
    const { stream, endStream } = block;
    if (!this.addToBlock(bytes, start, end) || (flags & Flag.END_HEADERS) === 0) return;
    const whole = block.take();
    this.endBlock(stream, endStream, whole, 0, whole.length);
  }

  private addToBlock(bytes: Buffer, start: number, end: number): boolean {
    const error = this.block.add(bytes, start, end);
    if (error !== 0) this.session.fail(error);
    return error === 0;
  }

  private endBlock(id: number, endStream: boolean, bytes: Buffer, start: number, end: number): void {
    const { session } = this;
    const { dependsOnItself } = this.block;
    session.onBlock(id, endStream, bytes, start, end);
    if (dependsOnItself && !session.over) session.streamError(id, ErrorCode.PROTOCOL_ERROR);
  }

  private onPriority(id: number, bytes: Buffer, start: number, end: number) {
    const { session } = this;
    const wrongSize = end - start !== 5;
    if (!wrongSize && uint31(bytes, start) !== id) return session.odd();
    const code = wrongSize ? ErrorCode.FRAME_SIZE_ERROR : ErrorCode.PROTOCOL_ERROR;
    // What was never opened cannot be reset (section 6.4).
    if (session.isIdle(id)) session.fail(code);
    else session.streamError(id, code);
  }

  private onReset(id: number, code: number): void {
    const { session } = this;
    const stream = session.streams.get(id);
    if (stream !== undefined) {
      session.drop(stream, false);
      stream.user.onStreamReset(code);
    }
    // A server may refuse what it is asked; a client that asks and takes it back makes work for nothing.
    if (session.fromClient) session.odd();
  }

  private onSettings(flags: number, bytes: Buffer, start: number, end: number) {
    if ((flags & Flag.ACK) !== 0) return;
    const { session } = this;
    const before = session.peer.initialWindow;
    const error = session.peer.read(bytes, start, end, session.fromClient);
    if (error !== 0) return session.fail(error);
    writeSettingsAck(session.output);
    session.wake();
    if (this.settled) session.odd();
    this.settled = true;
    const more = session.peer.initialWindow - before;
    if (more !== 0) this.widenAll(more);
    if (!session.over) session.onSettings();
  }

  private onPing(flags: number, bytes: Buffer, start: number) {
    const { session } = this;
    if ((flags & Flag.ACK) !== 0) return session.onPong();
    writePing(session.output, Flag.ACK, bytes, start);
    session.wake();
    session.odd();
  }

  private onWindowUpdate(id: number, more: number) {
    const { session } = this;
    if (id === 0) {
      if (more === 0) return session.fail(ErrorCode.PROTOCOL_ERROR);
      if (!session.sending.widen(more)) session.fail(ErrorCode.FLOW_CONTROL_ERROR);
      return;
    }
    const stream = session.streams.get(id);
    if (stream === undefined) return;
    if (more === 0) return session.streamError(id, ErrorCode.PROTOCOL_ERROR);
    if (!session.sending.widenStream(stream, more)) session.streamError(id, ErrorCode.FLOW_CONTROL_ERROR);
  }

  /** A setting widens or narrows all streams; too wide a one is an error of the connection (section 6.9.2). */
  private widenAll(more: number): void {
    const { session } = this;
    for (const stream of [...session.streams.values()]) {
      if (stream.closed || session.sending.widenStream(stream, more)) continue;
      session.fail(ErrorCode.FLOW_CONTROL_ERROR);
      return;
    }
  }

  private beginData(flags: number, id: number, length: number): number {
    const { session } = this;
    if (!session.receiving.take(length)) return ErrorCode.FLOW_CONTROL_ERROR;
    if (session.isIdle(id)) return ErrorCode.PROTOCOL_ERROR;
    this.dataStream = undefined;
    this.dataEnds = (flags & Flag.END_STREAM) !== 0;
    if (length === 0 && !this.dataEnds) session.odd();
    if (session.over) return 0;
    const stream = session.streams.get(id);
    const error = this.dataError(id, stream, length);
    if (error !== 0) session.streamError(id, error);
    if (stream === undefined || error !== 0) {
      if (!session.over) session.receiving.giveBack(length);
      return 0;
    }
    session.receiving.takeFor(stream, length);
    this.dataStream = stream;
    this.padding = length;
    return 0;
  }

  private dataError(id: number, stream: Stream | undefined, length: number): number {
    if (stream === undefined) return this.session.closed.wasResetHere(id) ? 0 : ErrorCode.STREAM_CLOSED;
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
      if (stream.contentLeft < 0) return this.session.streamError(stream.id, ErrorCode.PROTOCOL_ERROR);
    }
    stream.user.onStreamData(bytes, start, end);
  }

  onDataEnd(): void {
    const stream = this.dataStream;
    this.dataStream = undefined;
    // It was ended on the way, and all of the frame was given back then.
    if (stream === undefined) return;
    if (this.padding > 0) this.session.consumed(stream, this.padding);
    if (this.dataEnds) this.session.endRemote(stream, NO_TRAILERS);
  }
}
