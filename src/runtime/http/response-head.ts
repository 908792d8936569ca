import { Fields, INCOMPLETE } from './fields';
import { CR, FIELD_VALUE, LF, SPACE } from './octets';

/** Fields of a response beyond which a target is not believed. */
const MOST_FIELDS = 1000;
const VERSION = Buffer.from('HTTP/1.');
const [ZERO] = Buffer.from('0');
/** `HTTP/1.1 200` and one octet more. */
const SHORTEST = 13;

/** The head of a response, as it stands in the bytes that were read. One object is filled again and again. */
export class ResponseHead extends Fields {
  status = 0;
  /** 0 or 1, of HTTP/1.x. */
  minor = 1;

  /**
   * Reads the head of a response.
   * @returns the index after it, {@link INCOMPLETE}, or a negative number where it is malformed
   */
  read(bytes: Buffer, first: number, end: number): number {
    const prefix = Math.min(end - first, VERSION.length);
    for (let i = 0; i < prefix; i++) if (bytes[first + i] !== VERSION[i]) return -400;
    if (end - first < SHORTEST) return INCOMPLETE;
    this.minor = bytes[first + 7] - ZERO;
    if ((this.minor !== 0 && this.minor !== 1) || bytes[first + 8] !== SPACE) return -400;
    this.status = 0;
    for (let i = first + 9; i < first + 12; i++) {
      const digit = bytes[i] - ZERO;
      if (digit < 0 || digit > 9) return -400;
      this.status = this.status * 10 + digit;
    }
    if (this.status < 100 || this.status > 599) return -400;
    let at = first + 12;
    // A server without a reason phrase may leave out the space before it.
    if (bytes[at] !== SPACE && bytes[at] !== CR) return -400;
    while (at < end && FIELD_VALUE[bytes[at]] === 1) at++;
    if (at >= end) return INCOMPLETE;
    if (bytes[at] !== CR) return -400;
    if (at + 1 >= end) return INCOMPLETE;
    if (bytes[at + 1] !== LF) return -400;
    this.fieldsStart = at + 2;
    const head = this.readFields(bytes, at + 2, end, MOST_FIELDS);
    if (head <= 0) return head;
    if (this.minor === 0) {
      if (this.chunked) return -400;
      this.close = true;
    }
    return head;
  }
}
