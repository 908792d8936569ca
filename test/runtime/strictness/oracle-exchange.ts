import { HEAD_LIMITS } from '../support/limits';
import { type OracleRequest, type OracleResponse, oracleChunks, oracleRequest, oracleResponse } from './oracle';

/** A whole request, with its body as it stands in the text. */
export interface WholeRequest extends OracleRequest {
  readonly body: string;
}

/** Every request of a text that is whole, up to the last that may be answered. */
export function requestsOf(text: string): WholeRequest[] {
  const found: WholeRequest[] = [];
  for (let at = 0; ; ) {
    const head = oracleRequest(text, at, HEAD_LIMITS);
    if (head === undefined) return found;
    const end = head.chunked ? oracleChunks(text, head.end)?.end : head.end + Math.max(head.contentLength, 0);
    if (end === undefined || end > text.length) return found;
    found.push({ ...head, end, body: text.slice(head.end, end) });
    if (head.close) return found;
    at = end;
  }
}

/** What a target sent for one request. */
export interface Exchanged {
  /** Interim responses before it. */
  readonly interims: readonly OracleResponse[];
  /** The final one; `undefined` where there is none. */
  readonly head: OracleResponse | undefined;
  /** Its body, as far as it came. */
  readonly body: string;
  /** Whether all of it came. */
  readonly whole: boolean;
}

/** Understands what a target sent, and then perhaps closed the connection (RFC 9112, section 6.3). */
export function exchanged(text: string, method: string, ended: boolean): Exchanged {
  const interims: OracleResponse[] = [];
  for (let at = 0; ; ) {
    const head = oracleResponse(text, at);
    const none = { interims, head: undefined, body: '', whole: false };
    if (head === undefined) return none;
    const bodyless = head.status < 200 || head.status === 204;
    if (head.status === 101 || (bodyless && (head.chunked || head.contentLength > 0))) return none;
    at = head.end;
    if (head.status >= 200) return { interims, head, ...bodyOf(text.slice(at), head, method, ended) };
    interims.push(head);
  }
}

function bodyOf(rest: string, head: OracleResponse, method: string, ended: boolean): { body: string; whole: boolean } {
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return { body: '', whole: true };
  if (head.chunked) {
    const chunks = oracleChunks(rest, 0);
    return { body: chunks === undefined ? rest : rest.slice(0, chunks.end), whole: chunks !== undefined };
  }
  if (head.contentLength < 0) return { body: rest, whole: ended };
  return { body: rest.slice(0, head.contentLength), whole: rest.length >= head.contentLength };
}
