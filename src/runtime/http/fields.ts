import { CONNECTION, CONTENT_LENGTH, EXPECT, HOST, kindOf, SHADOW, TRANSFER_ENCODING, UPGRADE } from './known-fields';
import { COLON, CR, FIELD_VALUE, LF, matchesLower, SPACE, TAB, TOKEN } from './octets';

/** A head that is not whole yet. Heads that are whole end at a positive index, and refused ones give a negative status. */
export const INCOMPLETE = 0;

/** More fields than this are refused whatever a listener allows; the lists of lines to cut have room for all of them. */
const MOST_FIELDS = 1000;

/** Fields that frame or address the message: nominated by `Connection`, they would be cut on one side only. */
const NEVER_NOMINATED: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'host']);

const CHUNKED = Buffer.from('chunked');
const PLAIN_CHUNKED = Buffer.from('Transfer-Encoding: chunked\r\n');
const KEEP_ALIVE = Buffer.from('keep-alive');
const CLOSE = Buffer.from('close');
const CONTINUE = Buffer.from('100-continue');
const [ZERO, NINE] = Buffer.from('09');

/** Of a field value: other octets that Unicode calls spaces belong to it. */
const OUTER_SPACE = /^[ \t]+|[ \t]+$/g;

/** What the fields of a head say to a proxy. One object is filled again and again. */
export class Fields {
  /** Where the fields begin; 0 as long as the line before them is not whole. */
  fieldsStart = 0;
  /** -1 where there is none. */
  contentLength = -1;
  chunked = false;
  close = false;
  keepAlive = false;
  /** Whether `Expect` says anything but one `100-continue`. */
  expectsMore = false;
  /**
   * The field that frames the message, said in the one way that everybody reads alike, where the message says it in
   * another: with zeros in front, in capitals, or with more than a space. It takes the place of the cut line that begins
   * at `plainLine`.
   */
  plain: Buffer | undefined;
  plainLine = -1;
  /** Number of `Host` fields, and where the value of the last stands. */
  hosts = 0;
  hostStart = 0;
  hostEnd = 0;
  /** Where the value of the last `Upgrade` field stands. */
  upgradeStart = 0;
  upgradeEnd = 0;
  private upgrades = 0;
  private upgradeOption = false;
  private hostLine = 0;
  private hostLineEnd = 0;
  /** Lines that are not passed on, in order: `[cutStart[i], cutEnd[i])`. */
  cuts = 0;
  readonly cutStart = new Int32Array(MOST_FIELDS);
  readonly cutEnd = new Int32Array(MOST_FIELDS);
  protected fieldCount = 0;
  private expectations = 0;
  private nominates = false;

  /**
   * Reads fields and the empty line after them.
   * @returns the index after that line, {@link INCOMPLETE}, or a negative status: -400, or -431 for too many fields
   */
  protected readFields(bytes: Buffer, first: number, end: number, most: number): number {
    this.contentLength = -1;
    this.chunked = false;
    this.close = false;
    this.keepAlive = false;
    this.expectsMore = false;
    this.plain = undefined;
    this.plainLine = -1;
    this.hosts = 0;
    this.cuts = 0;
    this.fieldCount = 0;
    this.expectations = 0;
    this.nominates = false;
    this.upgrades = 0;
    this.upgradeOption = false;
    const limit = Math.min(most, MOST_FIELDS);
    let at = first;
    for (;;) {
      if (at >= end) return INCOMPLETE;
      if (bytes[at] === CR) {
        if (at + 1 >= end) return INCOMPLETE;
        if (bytes[at + 1] !== LF) return -400;
        at += 2;
        break;
      }
      const line = at;
      while (at < end && TOKEN[bytes[at]] === 1) at++;
      if (at >= end) return INCOMPLETE;
      // Also finds a space before the colon, an empty name, and a folded line.
      if (bytes[at] !== COLON || at === line) return -400;
      const name = at - line;
      at++;
      while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
      const value = at;
      while (at < end && FIELD_VALUE[bytes[at]] === 1) at++;
      if (at >= end) return INCOMPLETE;
      if (bytes[at] !== CR) return -400;
      if (at + 1 >= end) return INCOMPLETE;
      if (bytes[at + 1] !== LF) return -400;
      if (++this.fieldCount > limit) return -431;
      const valueEnd = at;
      at += 2;
      if (!this.note(bytes, line, name, value, valueEnd, at)) return -400;
    }
    if (this.chunked && this.contentLength !== -1) return -400;
    if (this.nominates && !this.cutNominated(bytes, first)) return -400;
    return at;
  }

  /** The values of a field, one for each line; its name in small letters. */
  field(bytes: Buffer, lower: string): string[] {
    const values: string[] = [];
    for (let at = this.fieldsStart; bytes[at] !== CR; ) {
      const end = bytes.indexOf(LF, at);
      const line = bytes.toString('latin1', at, end - 1);
      const colon = line.indexOf(':');
      if (colon === lower.length && line.slice(0, colon).toLowerCase() === lower)
        values.push(line.slice(colon + 1).replace(OUTER_SPACE, ''));
      at = end + 1;
    }
    return values;
  }

  /** Whether another protocol is asked for, or taken up: `Upgrade` once, and named by `Connection` (RFC 9110, section 7.8). */
  get namesUpgrade(): boolean {
    return this.upgradeOption && this.upgrades === 1 && this.upgradeEnd > this.upgradeStart;
  }

  /** Cuts the `Host` field as well. */
  protected cutHost(): void {
    if (this.hosts === 0) return;
    let i = this.cuts;
    for (; i > 0 && this.cutStart[i - 1] > this.hostLine; i--) {
      this.cutStart[i] = this.cutStart[i - 1];
      this.cutEnd[i] = this.cutEnd[i - 1];
    }
    this.cutStart[i] = this.hostLine;
    this.cutEnd[i] = this.hostLineEnd;
    this.cuts += 1;
  }

  private note(bytes: Buffer, line: number, name: number, value: number, end: number, next: number): boolean {
    const kind = kindOf(bytes, line, name);
    if (kind === 0) return true;
    let valueEnd = end;
    while (valueEnd > value && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)) valueEnd--;
    switch (kind) {
      case CONTENT_LENGTH:
        if (!this.noteLength(bytes, value, valueEnd)) return false;
        if (isPlain(bytes, line + name, value, valueEnd, end) && (valueEnd - value === 1 || bytes[value] !== ZERO))
          return true;
        this.plain = Buffer.from(`Content-Length: ${this.contentLength}\r\n`);
        this.plainLine = line;
        break;
      case TRANSFER_ENCODING:
        // Anything but exactly one `chunked` is read differently by different servers.
        if (this.chunked || valueEnd - value !== CHUNKED.length || !matchesLower(bytes, value, CHUNKED)) return false;
        this.chunked = true;
        if (isPlain(bytes, line + name, value, valueEnd, end) && isSmall(bytes, value, valueEnd)) return true;
        this.plain = PLAIN_CHUNKED;
        this.plainLine = line;
        break;
      case SHADOW:
        return false;
      case HOST:
        this.hosts += 1;
        this.hostStart = value;
        this.hostEnd = valueEnd;
        this.hostLine = line;
        this.hostLineEnd = next;
        return true;
      case EXPECT:
        this.expectsMore ||=
          ++this.expectations > 1 || valueEnd - value !== CONTINUE.length || !matchesLower(bytes, value, CONTINUE);
        return true;
      case CONNECTION:
        this.noteConnection(bytes, value, valueEnd);
        break;
      case UPGRADE:
        this.upgrades += 1;
        this.upgradeStart = value;
        this.upgradeEnd = valueEnd;
        break;
    }
    this.cutStart[this.cuts] = line;
    this.cutEnd[this.cuts] = next;
    this.cuts += 1;
    return true;
  }

  private noteLength(bytes: Buffer, value: number, end: number): boolean {
    // Fifteen digits fit into a number exactly.
    if (this.contentLength !== -1 || end === value || end - value > 15) return false;
    let length = 0;
    for (let i = value; i < end; i++) {
      if (bytes[i] < ZERO || bytes[i] > NINE) return false;
      length = length * 10 + bytes[i] - ZERO;
    }
    this.contentLength = length;
    return true;
  }

  private noteConnection(bytes: Buffer, value: number, end: number): void {
    const length = end - value;
    if (length === KEEP_ALIVE.length && matchesLower(bytes, value, KEEP_ALIVE)) this.keepAlive = true;
    else if (length === CLOSE.length && matchesLower(bytes, value, CLOSE)) this.close = true;
    else {
      for (const option of optionsOf(bytes, value, end)) {
        if (option === 'close') this.close = true;
        else if (option === 'keep-alive') this.keepAlive = true;
        else if (option === 'upgrade') this.upgradeOption = true;
        else if (option !== '') this.nominates = true;
      }
    }
  }

  /** Cuts the fields that `Connection` names: seldom anything but `Upgrade`, so a second look at the head is no loss. */
  private cutNominated(bytes: Buffer, first: number): boolean {
    const lines: { start: number; end: number; name: string }[] = [];
    const nominated = new Set<string>();
    for (let at = first; bytes[at] !== CR; ) {
      const colon = bytes.indexOf(COLON, at);
      const end = bytes.indexOf(LF, colon) + 1;
      const name = bytes.toString('latin1', at, colon).toLowerCase();
      if (name === 'connection') for (const option of optionsOf(bytes, colon + 1, end)) nominated.add(option);
      lines.push({ start: at, end, name });
      at = end;
    }
    for (const name of NEVER_NOMINATED) if (nominated.has(name)) return false;
    const cut = new Set(this.cutStart.subarray(0, this.cuts));
    this.cuts = 0;
    for (const { start, end, name } of lines) {
      if (!cut.has(start) && !nominated.has(name)) continue;
      this.cutStart[this.cuts] = start;
      this.cutEnd[this.cuts] = end;
      this.cuts += 1;
    }
    return true;
  }
}

/** Whether a value stands between at most one space and the end of its line. */
function isPlain(bytes: Buffer, colon: number, value: number, valueEnd: number, end: number): boolean {
  return valueEnd === end && (value === colon + 1 || (value === colon + 2 && bytes[colon + 1] === SPACE));
}

function isSmall(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] < 0x61) return false;
  return true;
}

function optionsOf(bytes: Buffer, start: number, end: number): string[] {
  const list = bytes.toString('latin1', start, end).toLowerCase().split(',');
  return list.map((option) => option.trim());
}
