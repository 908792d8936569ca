import { editResponseHead, mayHaveBody, type NewFraming, OctetBuffer, ResponseHead } from '../http';
import type { Course } from '../policies';

/** Responses are edited in one go, so these serve all of them. */
const octets = new OctetBuffer(8_192);
const head = new ResponseHead();

/** A response as policies made it: good until the next one is made. */
export interface EditedResponse {
  readonly head: ResponseHead;
  readonly bytes: Buffer;
  readonly start: number;
  readonly headEnd: number;
  /** Where what has come of the body ends. */
  readonly end: number;
  /** What becomes of the response's own body: it follows as it is, goes through the transform, or is left out. */
  readonly body: 'same' | 'transformed' | 'dropped';
}

/**
 * Makes the changes of a course in a response: `bytes[start..headEnd)` and what has come of its body,
 * `bytes[headEnd..end)`.
 * @param headOnly - whether the request was HEAD
 * @param transforms - whether the client knows chunks, so that the body may be transformed
 * @returns `undefined` where the changes cannot stand in a head
 */
export function editedResponse(
  { status, response, body, transform }: Course,
  from: ResponseHead,
  bytes: Buffer,
  start: number,
  headEnd: number,
  end: number,
  headOnly: boolean,
  transforms: boolean,
): EditedResponse | undefined {
  const final = status ?? from.status;
  const text = body === undefined ? undefined : Buffer.from(body.text);
  const dropped = text !== undefined || mayHaveBody(final) !== mayHaveBody(from.status);
  const transformed = !dropped && transform !== undefined && transforms && !headOnly && mayHaveBody(final);
  if (body !== undefined) {
    response.removeField('content-encoding');
    if (body.contentType !== undefined) response.setField('Content-Type', body.contentType);
  }
  octets.clear();
  const framing = framingOf(final, text, dropped, transformed);
  if (!editResponseHead(octets, from, bytes, start, headEnd, { status, fields: response, framing })) return undefined;
  const newEnd = octets.length;
  if (text !== undefined && !headOnly && mayHaveBody(final)) octets.appendAll(text);
  if (!dropped && !transformed) octets.append(bytes, headEnd, end);
  const edited = octets.view();
  if (head.read(edited, 0, newEnd) !== newEnd) return undefined;
  const fate = dropped ? 'dropped' : transformed ? 'transformed' : 'same';
  return { head, bytes: edited, start: 0, headEnd: newEnd, end: edited.length, body: fate };
}

function framingOf(
  status: number,
  text: Buffer | undefined,
  dropped: boolean,
  transformed: boolean,
): NewFraming | undefined {
  if (transformed) return 'chunked';
  if (!dropped) return undefined;
  return mayHaveBody(status) ? (text?.length ?? 0) : 'none';
}
