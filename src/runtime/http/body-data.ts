import { OctetBuffer } from './octet-buffer';

const [LENGTH, SIZE, SIZE_END, DATA, DATA_END, TRAILERS, DONE] = [0, 1, 2, 3, 4, 5, 6];
const [CR, LF, SEMICOLON] = Buffer.from('\r\n;');

/**
 * Takes the data out of a body of HTTP/1.1. The body was followed before by those who find its end, so nothing in it
 * is malformed.
 */
export class BodyData {
  /** Where the data stands that {@link next} found; empty where it found none. */
  start = 0;
  end = 0;
  /** The lines of the trailer section, once it is there. Most bodies have none, and so it begins without memory. */
  readonly trailers = new OctetBuffer(0);
  private state = DONE;
  private left = 0;
  /** Octets of the line that is being read in the trailer section. */
  private lineLength = 0;

  /** Whether the last octet was found. */
  get done(): boolean {
    return this.state === DONE;
  }

  /** @param length - `Infinity` where the body ends with its connection */
  startLength(length: number): void {
    this.trailers.clear();
    this.left = length;
    this.state = length === 0 ? DONE : LENGTH;
  }

  startChunked(): void {
    this.trailers.clear();
    this.left = 0;
    this.state = SIZE;
  }

  /** The connection ended, and with it the body. */
  finish(): void {
    this.state = DONE;
  }

  /**
   * Finds the next data in `bytes[start..end)`.
   * @returns where to go on, which is `end` where there is no more
   */
  next(bytes: Buffer, start: number, end: number): number {
    let at = start;
    this.start = start;
    this.end = start;
    while (at < end && this.state !== DONE) {
      if (this.state === LENGTH || this.state === DATA) return this.takeData(at, end);
      this.step(bytes, at++);
    }
    return at;
  }

  private takeData(at: number, end: number): number {
    const length = Math.min(this.left, end - at);
    this.left -= length;
    this.start = at;
    this.end = at + length;
    if (this.left === 0) this.state = this.state === LENGTH ? DONE : DATA_END;
    return this.end;
  }

  private step(bytes: Buffer, at: number) {
    const octet = bytes[at];
    switch (this.state) {
      case SIZE:
        if (octet !== CR && octet !== SEMICOLON) this.left = this.left * 16 + digitOf(octet);
        else this.state = SIZE_END;
        return;
      case SIZE_END:
        if (octet !== LF) return;
        this.lineLength = 0;
        this.state = this.left === 0 ? TRAILERS : DATA;
        return;
      case DATA_END:
        if (octet === LF) this.state = SIZE;
        return;
      case TRAILERS:
        return this.trailer(bytes, at, octet);
    }
  }

  private trailer(bytes: Buffer, at: number, octet: number): void {
    this.trailers.append(bytes, at, at + 1);
    if (octet !== LF) {
      this.lineLength += 1;
    } else if (this.lineLength > 1) this.lineLength = 0;
    else {
      // The empty line is none of them.
      this.trailers.length -= 2;
      this.state = DONE;
    }
  }
}

function digitOf(octet: number): number {
  return octet <= 0x39 ? octet - 0x30 : (octet | 0x20) - 0x57;
}
