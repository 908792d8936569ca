import { areSound, consistsOf, type FieldChanges, putChanged, putField, putRemaining } from './field-changes';
import type { OctetBuffer } from './octet-buffer';
import { FIELD_VALUE, TARGET } from './octets';
import type { RequestHead } from './request-head';

const LINE_END = Buffer.from('\r\n');
const [ASTERISK, SLASH] = Buffer.from('*/');

/** What is changed of a request's head. */
export interface RequestChanges {
  /** A path that begins with a slash, and what stands behind its `?`; `undefined` for no change. */
  readonly target: { readonly path: string; readonly query: string } | undefined;
  /** `Host`, with its port where it has one; `undefined` for no change. */
  readonly host: string | undefined;
  readonly fields: FieldChanges;
}

/**
 * Appends the head of a request with changes, and the empty line behind it. It is then read by the same parser as any
 * other, which refuses a target or a host that is none.
 * @param head - read from `bytes[..headEnd)`, which is a head as a target is to get it: with `Host` in a field, with
 * the fields that tell who asks, and without any that `Connection` names. `OPTIONS *` keeps its `*`, which is no path.
 * @returns `false` where the changes cannot stand in a head; nothing was written then
 */
export function editRequestHead(
  to: OctetBuffer,
  head: RequestHead,
  bytes: Buffer,
  headEnd: number,
  { target, host, fields }: RequestChanges,
): boolean {
  if (!areSound(fields) || (host !== undefined && !consistsOf(host, FIELD_VALUE))) return false;
  if (target === undefined || bytes[head.targetStart] === ASTERISK) to.append(bytes, head.start, head.fieldsStart);
  else {
    const text = target.query === '' ? target.path : `${target.path}?${target.query}`;
    if (text.charCodeAt(0) !== SLASH || !consistsOf(text, TARGET)) return false;
    to.append(bytes, head.start, head.targetStart);
    to.appendAll(Buffer.from(text, 'latin1'));
    to.append(bytes, head.targetEnd, head.fieldsStart);
  }
  const isCut = host === undefined ? undefined : isHost;
  if (host !== undefined) putField(to, 'Host', host);
  putRemaining(to, bytes, head.fieldsStart, headEnd - LINE_END.length, fields, isCut);
  putChanged(to, fields);
  to.appendAll(LINE_END);
  return true;
}

function isHost(_line: number, lower: string): boolean {
  return lower === 'host';
}
