import type { OctetBuffer } from './octet-buffer';

const LINE_END = Buffer.from('\r\n');
const LAST_CHUNK = Buffer.from('0\r\n');

/** Writes `bytes[start..end)` as a chunk (RFC 9112, section 7.1); nothing where it is empty, for that would be the last one. */
export function putChunk(to: OctetBuffer, bytes: Buffer, start: number, end: number): void {
  if (start === end) return;
  to.appendAll(Buffer.from(`${(end - start).toString(16)}\r\n`));
  to.append(bytes, start, end);
  to.appendAll(LINE_END);
}

/** Writes the end of a body in chunks. @param trailers - whole lines, such as those of `BodyData.trailers` */
export function putLastChunk(to: OctetBuffer, trailers?: Buffer): void {
  to.appendAll(LAST_CHUNK);
  if (trailers !== undefined) to.appendAll(trailers);
  to.appendAll(LINE_END);
}
