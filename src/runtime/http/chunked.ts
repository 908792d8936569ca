import { CR, FIELD_VALUE, LF, TOKEN } from './octets';

const SEMICOLON = 0x3b;
/** Twelve digits are 256 TB, and fit into a number exactly. */
const MOST_DIGITS = 12;
const EXTENSION_LIMIT = 1024;
const TRAILER_LIMIT = 8192;

const [
  SIZE_START,
  SIZE,
  EXTENSION,
  SIZE_LF,
  DATA,
  DATA_CR,
  DATA_LF,
  TRAILER_START,
  TRAILER_NAME,
  TRAILER,
  TRAILER_LF,
  LAST_LF,
  DONE,
] = Array.from({ length: 13 }, (_, state) => state);

/** Follows a body in chunks (RFC 9112, section 7.1), octet by octet where it is not data, and finds every deviation. */
export class Chunked {
  /** Octets of data so far. */
  received = 0;
  private state = SIZE_START;
  private left = 0;
  private count = 0;

  get done(): boolean {
    return this.state === DONE;
  }

  start(): void {
    this.received = 0;
    this.state = SIZE_START;
    this.left = 0;
    this.count = 0;
  }

  /**
   * Goes on with `bytes[start..end)`.
   * @returns the index after the last octet of the body, or -1 where it is malformed
   */
  take(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.state !== DONE) {
      if (this.state === DATA) at += this.takeData(end - at);
      else if (!this.step(bytes[at++])) return -1;
    }
    return at;
  }

  private takeData(most: number): number {
    const length = Math.min(this.left, most);
    this.left -= length;
    this.received += length;
    if (this.left === 0) this.state = DATA_CR;
    return length;
  }

  private step(octet: number): boolean {
    switch (this.state) {
      case SIZE_START:
        this.left = hexDigit(octet);
        this.count = 1;
        return this.go(this.left >= 0, SIZE);
      case SIZE:
        if (octet === CR) return this.go(true, SIZE_LF);
        if (octet === SEMICOLON) {
          this.count = 0;
          return this.go(true, EXTENSION);
        }
        this.left = this.left * 16 + hexDigit(octet);
        return hexDigit(octet) >= 0 && ++this.count <= MOST_DIGITS;
      case EXTENSION:
        if (octet === CR) return this.go(true, SIZE_LF);
        return FIELD_VALUE[octet] === 1 && ++this.count <= EXTENSION_LIMIT;
      case SIZE_LF:
        this.count = 0;
        return this.go(octet === LF, this.left === 0 ? TRAILER_START : DATA);
      case DATA_CR:
        return this.go(octet === CR, DATA_LF);
      case DATA_LF:
        return this.go(octet === LF, SIZE_START);
      case TRAILER_START:
        if (octet === CR) return this.go(true, LAST_LF);
        return this.go(TOKEN[octet] === 1 && ++this.count <= TRAILER_LIMIT, TRAILER_NAME);
      case TRAILER_NAME:
        if (octet === 0x3a) return this.go(true, TRAILER);
        return TOKEN[octet] === 1 && ++this.count <= TRAILER_LIMIT;
      case TRAILER:
        if (octet === CR) return this.go(true, TRAILER_LF);
        return FIELD_VALUE[octet] === 1 && ++this.count <= TRAILER_LIMIT;
      case TRAILER_LF:
        return this.go(octet === LF, TRAILER_START);
      default:
        return this.go(octet === LF, DONE);
    }
  }

  private go(valid: boolean, state: number): boolean {
    this.state = state;
    return valid;
  }
}

function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
