import { isTrailer } from './known-fields';
import { CR, FIELD_VALUE, LF, SPACE, TAB, TOKEN } from './octets';

const [SEMICOLON, COLON, EQUALS, QUOTE, BACKSLASH] = Buffer.from(';:="\\');
/** Twelve digits are 256 TB, and fit into a number exactly. */
const MOST_DIGITS = 12;
/** Octets of extensions, in excess of those of data: nobody is to be kept busy with what says nothing. */
const EXTENSION_LIMIT = 4096;
const TRAILER_LIMIT = 8192;

const [
  SIZE_START,
  SIZE,
  EXTENSION_START,
  EXTENSION_NAME,
  SPACE_AFTER_NAME,
  EXTENSION_VALUE,
  EXTENSION_TOKEN,
  EXTENSION_QUOTED,
  EXTENSION_ESCAPE,
  EXTENSION_END,
  SPACE_AFTER_VALUE,
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
] = Array.from({ length: 21 }, (_, state) => state);

/** Follows a body in chunks (RFC 9112, section 7.1), octet by octet where it is not data, and finds every deviation. */
export class Chunked {
  /** Octets of data so far. */
  received = 0;
  private state = SIZE_START;
  private left = 0;
  /** Digits of a size, or octets of trailers. */
  private count = 0;
  private excess = 0;
  private trailer = '';

  get done(): boolean {
    return this.state === DONE;
  }

  start(): void {
    this.received = 0;
    this.state = SIZE_START;
    this.left = 0;
    this.count = 0;
    this.excess = 0;
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
    this.excess = Math.max(0, this.excess - length);
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
        if (octet === SEMICOLON) return this.go(true, EXTENSION_START);
        this.left = this.left * 16 + hexDigit(octet);
        return hexDigit(octet) >= 0 && ++this.count <= MOST_DIGITS;
      case SIZE_LF:
        this.count = 0;
        return this.go(octet === LF, this.left === 0 ? TRAILER_START : DATA);
      case DATA_CR:
        return this.go(octet === CR, DATA_LF);
      case DATA_LF:
        return this.go(octet === LF, SIZE_START);
      case TRAILER_START:
        if (octet === CR) return this.go(true, LAST_LF);
        this.trailer = '';
        return this.stepTrailerName(octet);
      case TRAILER_NAME:
        if (octet === COLON) return this.go(isTrailer(this.trailer), TRAILER);
        return this.stepTrailerName(octet);
      case TRAILER:
        if (octet === CR) return this.go(true, TRAILER_LF);
        return FIELD_VALUE[octet] === 1 && ++this.count <= TRAILER_LIMIT;
      case TRAILER_LF:
        return this.go(octet === LF, TRAILER_START);
      case LAST_LF:
        return this.go(octet === LF, DONE);
      default:
        return ++this.excess <= EXTENSION_LIMIT && this.stepExtension(octet);
    }
  }

  private stepTrailerName(octet: number): boolean {
    this.trailer += String.fromCharCode(octet);
    return this.go(TOKEN[octet] === 1 && ++this.count <= TRAILER_LIMIT, TRAILER_NAME);
  }

  /** RFC 9112, section 7.1.1, with the space that nobody may send and everybody must read. */
  private stepExtension(octet: number): boolean {
    const space = octet === SPACE || octet === TAB;
    switch (this.state) {
      case EXTENSION_START:
        return space || this.go(TOKEN[octet] === 1, EXTENSION_NAME);
      case EXTENSION_NAME:
        if (TOKEN[octet] === 1) return true;
        if (octet === EQUALS) return this.go(true, EXTENSION_VALUE);
        return this.endExtension(octet, SPACE_AFTER_NAME);
      case SPACE_AFTER_NAME:
        if (octet === EQUALS) return this.go(true, EXTENSION_VALUE);
        return space || this.go(octet === SEMICOLON, EXTENSION_START);
      case EXTENSION_VALUE:
        if (octet === QUOTE) return this.go(true, EXTENSION_QUOTED);
        return space || this.go(TOKEN[octet] === 1, EXTENSION_TOKEN);
      case EXTENSION_TOKEN:
        return TOKEN[octet] === 1 || this.endExtension(octet, SPACE_AFTER_VALUE);
      case EXTENSION_QUOTED:
        if (octet === QUOTE) return this.go(true, EXTENSION_END);
        if (octet === BACKSLASH) return this.go(true, EXTENSION_ESCAPE);
        return FIELD_VALUE[octet] === 1;
      case EXTENSION_ESCAPE:
        return this.go(FIELD_VALUE[octet] === 1, EXTENSION_QUOTED);
      case EXTENSION_END:
        return this.endExtension(octet, SPACE_AFTER_VALUE);
      default:
        return space || this.go(octet === SEMICOLON, EXTENSION_START);
    }
  }

  private endExtension(octet: number, afterSpace: number): boolean {
    if (octet === CR) return this.go(true, SIZE_LF);
    if (octet === SEMICOLON) return this.go(true, EXTENSION_START);
    return this.go(octet === SPACE || octet === TAB, afterSpace);
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
