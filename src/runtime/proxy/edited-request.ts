import type { ForwardedFields } from '../forwarding';
import { editRequestHead, OctetBuffer, type RequestChanges, RequestHead } from '../http';
import { forwardRequest } from './forward';
import type { RequestView } from './request-view';

/** A head that was read within a listener's limits, with what policies add to it. */
const LIMITS = { head: 1_048_576, uri: 65_536, headers: 1_000 };

/** Heads are edited in one go, so these serve all requests. */
const plain = new OctetBuffer(4_096);
const head = new RequestHead();

/**
 * Puts the head of a request together as a target gets it, with changes.
 * @returns `false` where the changes make it none
 */
export function forwardEdited(
  to: OctetBuffer,
  view: RequestView,
  headEnd: number,
  forwarded: ForwardedFields,
  changes: RequestChanges,
): boolean {
  forwardRequest(plain, view.head, view.bytes, headEnd, headEnd, forwarded, view.upgrade);
  const octets = plain.view();
  const end = head.read(octets, 0, octets.length, LIMITS);
  to.clear();
  if (end <= 0 || !editRequestHead(to, head, octets, end, changes)) return false;
  return head.read(to.view(), 0, to.length, LIMITS) === to.length;
}
