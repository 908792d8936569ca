import type { Output } from './output';

/** Kinds of frames (RFC 9113, section 6). */
export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
} as const;

/** Flags of frames; the first has two meanings. */
export const Flag = {
  ACK: 0x1,
  END_STREAM: 0x1,
  END_HEADERS: 0x4,
  PADDED: 0x8,
  PRIORITY: 0x20,
} as const;

/** Octets before each payload (section 4.1). */
export const FRAME_HEADER = 9;

/** What a payload may have at most where no other size was agreed on (section 4.2): here always. */
export const MAX_FRAME_SIZE = 16_384;

/** What a client's connection begins with (section 3.4). */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Writes the header of a frame at an index. */
export function putFrameHeader(
  to: Buffer,
  at: number,
  length: number,
  type: number,
  flags: number,
  stream: number,
): void {
  to[at] = length >>> 16;
  to[at + 1] = length >>> 8;
  to[at + 2] = length;
  to[at + 3] = type;
  to[at + 4] = flags;
  putUint32(to, at + 5, stream);
}

/** Reads 31 bits; the one before them is reserved, and says nothing. */
export function uint31(bytes: Buffer, at: number): number {
  return ((bytes[at] & 0x7f) << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function putUint32(to: Buffer, at: number, value: number): void {
  to[at] = value >>> 24;
  to[at + 1] = value >>> 16;
  to[at + 2] = value >>> 8;
  to[at + 3] = value;
}

/** A frame whose payload is one number of 32 bits: RST_STREAM and WINDOW_UPDATE. */
export function writeNumber(out: Output, type: number, stream: number, value: number): void {
  const to = out.reserve(FRAME_HEADER + 4);
  putFrameHeader(to, out.length, 4, type, 0, stream);
  putUint32(to, out.length + FRAME_HEADER, value);
  out.length += FRAME_HEADER + 4;
}

/** The settings of this side. @param settings - numbers and values */
export function writeSettings(out: Output, settings: readonly (readonly [number, number])[]): void {
  const length = settings.length * 6;
  const to = out.reserve(FRAME_HEADER + length);
  putFrameHeader(to, out.length, length, FrameType.SETTINGS, 0, 0);
  let at = out.length + FRAME_HEADER;
  for (const [number, value] of settings) {
    to[at] = number >>> 8;
    to[at + 1] = number;
    putUint32(to, at + 2, value);
    at += 6;
  }
  out.length = at;
}

/** Acknowledges the settings of the other side. */
export function writeSettingsAck(out: Output): void {
  const to = out.reserve(FRAME_HEADER);
  putFrameHeader(to, out.length, 0, FrameType.SETTINGS, Flag.ACK, 0);
  out.length += FRAME_HEADER;
}

/** A PING of eight octets, or the answer to one. */
export function writePing(out: Output, flags: number, bytes: Buffer, start: number): void {
  const to = out.reserve(FRAME_HEADER + 8);
  putFrameHeader(to, out.length, 8, FrameType.PING, flags, 0);
  bytes.copy(to, out.length + FRAME_HEADER, start, start + 8);
  out.length += FRAME_HEADER + 8;
}

/** Says that no stream above `last` is processed, and why. */
export function writeGoaway(out: Output, last: number, code: number): void {
  const to = out.reserve(FRAME_HEADER + 8);
  putFrameHeader(to, out.length, 8, FrameType.GOAWAY, 0, 0);
  putUint32(to, out.length + FRAME_HEADER, last);
  putUint32(to, out.length + FRAME_HEADER + 4, code);
  out.length += FRAME_HEADER + 8;
}
