import { areSound, type FieldChanges, putChanged, putField, putRemaining } from './field-changes';
import type { OctetBuffer } from './octet-buffer';
import { LF } from './octets';
import type { ResponseHead } from './response-head';
import { statusLine } from './status-line';

const LINE_END = Buffer.from('\r\n');
const HTTP_1_1 = Buffer.from('HTTP/1.1');
const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);

/** How the body of a new response is framed: a number of octets, chunks, the end of its connection, or no body at all. */
export type NewFraming = number | 'chunked' | 'close' | 'none';

/** What is changed of a response's head. */
export interface ResponseChanges {
  /** From 200 to 599; `undefined` for no change. */
  readonly status: number | undefined;
  readonly fields: FieldChanges;
  /** `undefined` where the body stays what it is. */
  readonly framing: NewFraming | undefined;
}

/** Whether a response of a status may have a body (RFC 9110, section 6.4.1). */
export function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 304;
}

/**
 * Appends the head of a final response with changes, and the empty line behind it, in HTTP/1.1 and without what concerns
 * the target's connection; to be read by the same parser as any other. Where only the status changes, and with it whether
 * there may be a body, there is none from then on: who sends the response leaves out what was one.
 * @param head - read from `bytes[start..headEnd)`
 * @returns `false` where the changes cannot stand in a head; nothing was written then
 */
export function editResponseHead(
  to: OctetBuffer,
  head: ResponseHead,
  bytes: Buffer,
  start: number,
  headEnd: number,
  { status, fields, framing }: ResponseChanges,
): boolean {
  if (!areSound(fields)) return false;
  const lines = bytes.indexOf(LF, start) + 1;
  if (status === undefined || status === head.status) {
    to.appendAll(HTTP_1_1);
    to.append(bytes, start + HTTP_1_1.length, lines);
  } else to.appendAll(statusLine(status));
  const body = framing ?? bodyOfStatus(head.status, status ?? head.status);
  let cut = 0;
  // Lines come in order, and so do cuts.
  putRemaining(to, bytes, lines, headEnd - LINE_END.length, fields, (line, lower) => {
    while (cut < head.cuts && head.cutStart[cut] < line) cut++;
    return (cut < head.cuts && head.cutStart[cut] === line) || (body !== undefined && FRAMING.has(lower));
  });
  putChanged(to, fields);
  if (body === undefined) {
    if (head.plain !== undefined) to.appendAll(head.plain);
  } else if (body === 'chunked') putField(to, 'Transfer-Encoding', 'chunked');
  else if (typeof body === 'number') putField(to, 'Content-Length', String(body));
  to.appendAll(LINE_END);
  return true;
}

/** What a new status alone does to the body. */
function bodyOfStatus(before: number, after: number): NewFraming | undefined {
  if (mayHaveBody(before) === mayHaveBody(after)) return undefined;
  return mayHaveBody(after) ? 0 : 'none';
}
