import type { ForwardedFields } from '../forwarding';
import { OctetBuffer } from '../http';
import type { Course } from '../policies';
import { forwardEdited } from './edited-request';
import { forwardRequest } from './forward';
import type { RequestView } from './request-view';

/** Most requests without a body fit. */
const SIZE = 1_024;

/** A request as targets get it, kept so that it can be sent again. */
export class RequestCopy {
  /** Whether it has all that has come of the request. */
  whole = true;
  private readonly octets = new OctetBuffer(SIZE);
  private headLength = 0;
  private bodyLimit = 0;

  /**
   * Starts with the head and what has come of the body, which is kept in any case until it is sent.
   * @param bodyLimit - octets of the body beyond which the request is not kept
   * @param course - whose changes are made
   * @returns `false` where the changes make no request of it
   */
  begin(
    view: RequestView,
    headEnd: number,
    end: number,
    forwarded: ForwardedFields,
    bodyLimit: number,
    course: Course | undefined,
  ): boolean {
    const { head, bytes, upgrade } = view;
    if (course?.changesRequest !== true) forwardRequest(this.octets, head, bytes, headEnd, end, forwarded, upgrade);
    else {
      const { target, host, request: fields } = course;
      if (!forwardEdited(this.octets, view, headEnd, forwarded, { target, host, fields })) return false;
      this.octets.append(bytes, headEnd, end);
    }
    this.headLength = this.octets.length - (end - headEnd);
    this.bodyLimit = bodyLimit;
    this.whole = end - headEnd <= bodyLimit;
    return true;
  }

  /** More of the body. */
  add(bytes: Buffer, start: number, end: number): void {
    this.whole &&= this.octets.length - this.headLength + end - start <= this.bodyLimit;
    if (this.whole) this.octets.append(bytes, start, end);
  }

  /** What is to be sent to a target that has got nothing yet. */
  view(): Buffer {
    return this.octets.view();
  }

  clear(): void {
    this.octets.clear();
  }
}
