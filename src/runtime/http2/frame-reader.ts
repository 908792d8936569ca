import { ErrorCode } from './error-code';
import { FRAME_HEADER, FrameType, MAX_FRAME_SIZE, uint31 } from './frames';

/** Who is told the frames of a connection. */
export interface FrameHandler {
  /**
   * The header of a frame, before anything of its payload is kept.
   * @returns an error code that ends the connection, or 0
   */
  onFrameHeader(type: number, flags: number, stream: number, length: number): number;
  /** The whole payload of a frame that is not DATA: good until the call returns. */
  onFrame(type: number, flags: number, stream: number, bytes: Buffer, start: number, end: number): void;
  /** Some of the payload of a DATA frame, padding left out: good until the call returns. */
  onData(bytes: Buffer, start: number, end: number): void;
  /** The end of a DATA frame. */
  onDataEnd(): void;
  /** The connection cannot go on. */
  onFrameError(code: number): void;
}

const [HEADER, PAYLOAD, SKIP, PAD_LENGTH, DATA, PADDING, ENDED] = [0, 1, 2, 3, 4, 5, 6];
const PADDED = 0x8;

/** The last type that means something; the frames of others are passed over (RFC 9113, section 5.5). */
const LAST_TYPE = FrameType.CONTINUATION;

/**
 * Splits what comes over a connection into frames, however it is cut. DATA goes on as it comes; of other frames nothing
 * more than one payload is ever kept.
 */
export class FrameReader {
  private state = HEADER;
  private type = 0;
  private flags = 0;
  private stream = 0;
  /** Octets of the payload that are to come. */
  private left = 0;
  /** Octets of padding among them. */
  private padding = 0;
  /** A header of which not all has come. */
  private header: Buffer | undefined;
  private headerLength = 0;
  private partial: Buffer | undefined;
  private partialLength = 0;

  constructor(private readonly handler: FrameHandler) {}

  /** Whether a HEADERS frame has begun to come, and not ended. */
  get inHeaders(): boolean {
    return this.state === PAYLOAD && this.type === FrameType.HEADERS;
  }

  /** Takes no more. */
  stop(): void {
    this.state = ENDED;
    this.partial = undefined;
  }

  /** Goes on with `bytes[start..end)`. */
  read(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end && this.state !== ENDED) {
      if (this.state === DATA) at = this.readData(bytes, at, end);
      else if (this.state === HEADER) at = this.readHeader(bytes, at, end);
      else if (this.state === PAYLOAD) at = this.readPayload(bytes, at, end);
      else if (this.state === PAD_LENGTH) at = this.readPadLength(bytes, at);
      else at = this.skip(at, end);
    }
  }

  private readHeader(bytes: Buffer, start: number, end: number): number {
    if (this.headerLength === 0 && end - start >= FRAME_HEADER) {
      this.begin(bytes, start);
      return start + FRAME_HEADER;
    }
    const length = Math.min(FRAME_HEADER - this.headerLength, end - start);
    this.header ??= Buffer.allocUnsafe(FRAME_HEADER);
    bytes.copy(this.header, this.headerLength, start, start + length);
    this.headerLength += length;
    if (this.headerLength === FRAME_HEADER) {
      const { header } = this;
      this.header = undefined;
      this.headerLength = 0;
      this.begin(header, 0);
    }
    return start + length;
  }

  private begin(bytes: Buffer, at: number) {
    const length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    const type = bytes[at + 3];
    const flags = bytes[at + 4];
    const stream = uint31(bytes, at + 5);
    if (length > MAX_FRAME_SIZE) return this.fail(ErrorCode.FRAME_SIZE_ERROR);
    const error = this.handler.onFrameHeader(type, flags, stream, length);
    if (error !== 0) return this.fail(error);
    if (this.state === ENDED) return;
    this.type = type;
    this.flags = flags;
    this.stream = stream;
    this.left = length;
    if (type === FrameType.DATA) this.beginData(flags, length);
    else if (type > LAST_TYPE) this.state = length === 0 ? HEADER : SKIP;
    else if (length > 0) this.state = PAYLOAD;
    else this.handler.onFrame(type, flags, stream, bytes, at, at);
  }

  private readPayload(bytes: Buffer, start: number, end: number): number {
    const { type, flags, stream } = this;
    if (this.partial === undefined && end - start >= this.left) {
      const next = start + this.left;
      this.state = HEADER;
      this.handler.onFrame(type, flags, stream, bytes, start, next);
      return next;
    }
    // Allocated for this frame alone: connections that are not in the middle of one keep nothing.
    this.partial ??= Buffer.allocUnsafe(this.left);
    const length = Math.min(this.left - this.partialLength, end - start);
    bytes.copy(this.partial, this.partialLength, start, start + length);
    this.partialLength += length;
    if (this.partialLength === this.left) {
      const { partial } = this;
      this.partial = undefined;
      this.partialLength = 0;
      this.state = HEADER;
      this.handler.onFrame(type, flags, stream, partial, 0, partial.length);
    }
    return start + length;
  }

  private beginData(flags: number, length: number): void {
    this.padding = 0;
    if ((flags & PADDED) === 0) this.goOnWithData();
    else if (length === 0) this.fail(ErrorCode.FRAME_SIZE_ERROR);
    else this.state = PAD_LENGTH;
  }

  private readPadLength(bytes: Buffer, at: number): number {
    this.padding = bytes[at];
    this.left -= 1;
    if (this.padding > this.left) this.fail(ErrorCode.PROTOCOL_ERROR);
    else this.goOnWithData();
    return at + 1;
  }

  private readData(bytes: Buffer, start: number, end: number): number {
    const length = Math.min(this.left - this.padding, end - start);
    this.left -= length;
    this.handler.onData(bytes, start, start + length);
    if (this.state !== ENDED && this.left === this.padding) this.goOnWithData();
    return start + length;
  }

  private goOnWithData(): void {
    if (this.left > this.padding) this.state = DATA;
    else if (this.left > 0) this.state = PADDING;
    else {
      this.state = HEADER;
      this.handler.onDataEnd();
    }
  }

  private skip(start: number, end: number): number {
    const length = Math.min(this.left, end - start);
    this.left -= length;
    if (this.left === 0) {
      const padded = this.state === PADDING;
      this.state = HEADER;
      if (padded) this.handler.onDataEnd();
    }
    return start + length;
  }

  private fail(code: number): void {
    this.stop();
    this.handler.onFrameError(code);
  }
}
