import { OctetBuffer } from '../http';
import { FieldKind } from './field-kind';
import type { FieldSink } from './hpack/decoder';

/** Most trailer sections are a status and a message. */
const SIZE = 512;

/** The fields after a body, as the trailer section that HTTP/1.1 would have. */
export class TrailerFields implements FieldSink {
  malformed = false;
  readonly lines = new OctetBuffer(SIZE);

  begin(): void {
    this.malformed = false;
    this.lines.clear();
  }

  field(kind: number, bytes: Buffer, start: number, _nameEnd: number, end: number) {
    switch (kind) {
      case FieldKind.REGULAR:
        return this.lines.append(bytes, start, end);
      case FieldKind.HOST:
      case FieldKind.CONTENT_LENGTH:
      case FieldKind.CONTENT_TYPE:
      case FieldKind.COOKIE:
      case FieldKind.TE:
        // Behind a body these mean nothing, and in front of it they would change what is asked (RFC 9110, section 6.5.1).
        return;
      default:
        // Section 8.1: no pseudo-header field stands there.
        this.malformed = true;
    }
  }
}
