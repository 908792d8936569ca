import { ErrorCode } from './error-code';
import { Flag, FRAME_HEADER, FrameType, MAX_FRAME_SIZE, putFrameHeader, uint31 } from './frames';
import type { Output } from './output';

/** Frames of one block: more than any block within the limits needs. */
const MOST_FRAMES = 32;

/** Octets of a stream's dependency and weight, which say nothing any more. */
const PRIORITY_SIZE = 5;

/** The block that is being received, which CONTINUATION frames may cut as they like. */
export class IncomingBlock {
  /** The stream whose block it is; 0 where none is open. */
  stream = 0;
  endStream = false;
  /** Whether the stream was said to depend on itself (RFC 7540, section 5.3.1). */
  dependsOnItself = false;
  /** Where the part of it stands that {@link read} found. */
  start = 0;
  end = 0;
  private parts: Buffer[] = [];
  private length = 0;

  /** @param most - octets of a block beyond which it is not read */
  constructor(private readonly most: number) {}

  /** Finds the part in the payload of a HEADERS frame (section 6.2). @returns an error code that ends the connection, or 0 */
  read(flags: number, stream: number, bytes: Buffer, start: number, end: number): number {
    const padded = (flags & Flag.PADDED) !== 0;
    const prioritized = (flags & Flag.PRIORITY) !== 0;
    let at = start;
    if (end - at < (padded ? 1 : 0) + (prioritized ? PRIORITY_SIZE : 0)) return ErrorCode.FRAME_SIZE_ERROR;
    const padding = padded ? bytes[at++] : 0;
    this.dependsOnItself = prioritized && uint31(bytes, at) === stream;
    if (prioritized) at += PRIORITY_SIZE;
    this.start = at;
    this.end = end - padding;
    return this.end < at ? ErrorCode.PROTOCOL_ERROR : 0;
  }

  /** Begins to gather the parts of a block. */
  begin(stream: number, endStream: boolean): void {
    this.stream = stream;
    this.endStream = endStream;
    this.parts = [];
    this.length = 0;
  }

  /** Keeps a part. @returns an error code that ends the connection, or 0 */
  add(bytes: Buffer, start: number, end: number): number {
    this.length += end - start;
    if (this.length > this.most || this.parts.length === MOST_FRAMES) return ErrorCode.ENHANCE_YOUR_CALM;
    this.parts.push(Buffer.from(bytes.subarray(start, end)));
    return 0;
  }

  /** The whole block, which is forgotten. */
  take(): Buffer {
    const block = Buffer.concat(this.parts);
    this.stream = 0;
    this.parts = [];
    return block;
  }
}

/** Makes room for the header of the frame that a block is written behind. @returns where it stands */
export function beginBlock(out: Output): number {
  const start = out.length;
  out.reserve(FRAME_HEADER);
  out.length += FRAME_HEADER;
  return start;
}

/** Puts what was written since {@link beginBlock} into a HEADERS frame, and as many CONTINUATIONs as it takes. */
export function endBlock(out: Output, start: number, stream: number, endStream: boolean): void {
  const flags = endStream ? Flag.END_STREAM : 0;
  const length = out.length - start - FRAME_HEADER;
  if (length <= MAX_FRAME_SIZE) {
    putFrameHeader(out.reserve(0), start, length, FrameType.HEADERS, flags | Flag.END_HEADERS, stream);
    return;
  }
  const further = Math.ceil(length / MAX_FRAME_SIZE) - 1;
  const bytes = out.reserve(further * FRAME_HEADER);
  out.length += further * FRAME_HEADER;
  putFrameHeader(bytes, start, MAX_FRAME_SIZE, FrameType.HEADERS, flags, stream);
  // From the last to the first, so that no part is written over before it was moved.
  for (let i = further; i > 0; i--) {
    const from = start + FRAME_HEADER + i * MAX_FRAME_SIZE;
    const size = Math.min(MAX_FRAME_SIZE, length - i * MAX_FRAME_SIZE);
    const to = from + i * FRAME_HEADER;
    bytes.copyWithin(to, from, from + size);
    putFrameHeader(
      bytes,
      to - FRAME_HEADER,
      size,
      FrameType.CONTINUATION,
      i === further ? Flag.END_HEADERS : 0,
      stream,
    );
  }
}
