import type { ForwardedFields } from '../forwarding';
import type { OctetBuffer, RequestHead, ResponseHead } from '../http';

const LINE_END = Buffer.from('\r\n');
const SPACE = Buffer.from(' ');
const SLASH = Buffer.from('/');
const ASTERISK = Buffer.from('*');
const HOST = Buffer.from('Host: ');
const HTTP_1_1 = Buffer.from('HTTP/1.1');
const VERSIONS = [Buffer.from(' HTTP/1.0\r\n'), Buffer.from(' HTTP/1.1\r\n')];
const UPGRADE = Buffer.from('Connection: Upgrade\r\nUpgrade: ');
const CONNECTION = {
  close: Buffer.from('Connection: close\r\n\r\n'),
  'keep-alive': Buffer.from('Connection: keep-alive\r\n\r\n'),
};

/**
 * Puts a request together as a target gets it: `bytes[..headEnd)` without what concerns the connection alone, and what
 * has come of the body, `bytes[headEnd..end)`. HTTP/1.0 stays what it is, so that the answer fits the client.
 */
export function forwardRequest(
  to: OctetBuffer,
  head: RequestHead,
  bytes: Buffer,
  headEnd: number,
  end: number,
  forwarded: ForwardedFields,
  upgrade: string | undefined,
): void {
  to.clear();
  if (head.absolute) forwardAbsolute(to, head, bytes);
  forwardLines(to, head, bytes, head.absolute ? head.fieldsStart : head.start, headEnd - 2);
  forwarded.append(to, head, bytes);
  if (upgrade !== undefined) forwardUpgrade(to, head, bytes);
  to.appendAll(LINE_END);
  to.append(bytes, headEnd, end);
}

/** The fields by which the one side asks for another protocol, and the other takes it up. */
function forwardUpgrade(to: OctetBuffer, head: RequestHead | ResponseHead, bytes: Buffer): void {
  to.appendAll(UPGRADE);
  to.append(bytes, head.upgradeStart, head.upgradeEnd);
  to.appendAll(LINE_END);
}

/** The request line and `Host` of a target that named the host: in the form that every server knows. */
function forwardAbsolute(to: OctetBuffer, head: RequestHead, bytes: Buffer): void {
  to.appendAll(Buffer.from(head.method));
  to.appendAll(SPACE);
  // OPTIONS of a host without a path asks about the host itself (RFC 9112, section 3.2.4).
  if (head.targetStart === head.targetEnd && head.method === 'OPTIONS') to.appendAll(ASTERISK);
  else if (head.targetStart === head.pathEnd) to.appendAll(SLASH);
  to.append(bytes, head.targetStart, head.targetEnd);
  to.appendAll(VERSIONS[head.minor]);
  to.appendAll(HOST);
  to.append(bytes, head.hostStart, head.hostEnd);
  to.appendAll(LINE_END);
}

/** Puts the head of a response together as the client gets it, and what has come of its body. */
export function forwardResponse(
  to: OctetBuffer,
  head: ResponseHead,
  bytes: Buffer,
  start: number,
  headEnd: number,
  end: number,
  connection: 'close' | 'keep-alive' | undefined,
) {
  to.clear();
  // This side speaks HTTP/1.1, whatever the target does.
  if (head.minor === 0) to.appendAll(HTTP_1_1);
  const first = head.minor === 0 ? start + HTTP_1_1.length : start;
  if (connection === undefined) return forwardLines(to, head, bytes, first, end);
  forwardLines(to, head, bytes, first, headEnd - 2);
  to.appendAll(CONNECTION[connection]);
  to.append(bytes, headEnd, end);
}

/** Puts the response together that takes up another protocol: `bytes[start..headEnd)`, and what came behind it. */
export function forwardSwitch(
  to: OctetBuffer,
  head: ResponseHead,
  bytes: Buffer,
  start: number,
  headEnd: number,
  end: number,
): void {
  to.clear();
  forwardLines(to, head, bytes, start, headEnd - 2);
  forwardUpgrade(to, head, bytes);
  to.appendAll(LINE_END);
  to.append(bytes, headEnd, end);
}

function forwardLines(
  to: OctetBuffer,
  head: RequestHead | ResponseHead,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  let at = start;
  for (let i = 0; i < head.cuts; i++) {
    to.append(bytes, at, head.cutStart[i]);
    if (head.plain !== undefined && head.cutStart[i] === head.plainLine) to.appendAll(head.plain);
    at = head.cutEnd[i];
  }
  to.append(bytes, at, end);
}
