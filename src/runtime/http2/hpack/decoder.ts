import { kindOf } from '../field-kind';
import { DynamicTable, ENTRY_OVERHEAD } from './dynamic-table';
import { decodeHuffman, mostDecoded } from './huffman';
import { STATIC_END, STATIC_KIND, STATIC_NAME_END, STATIC_OCTETS, STATIC_SIZE, STATIC_START } from './static-table';

/** Who is told the fields of a block. */
export interface FieldSink {
  /**
   * A field, as a line of a head: its name at `bytes[start..nameEnd)`, its value at `bytes[nameEnd + 2..end - 2)`.
   * Good until the call returns.
   * @param kind - see `FieldKind`
   */
  field(kind: number, bytes: Buffer, start: number, nameEnd: number, end: number): void;
}

/** Continuation octets of an integer: four of them say more than any length or index may be. */
const MOST_CONTINUATIONS = 4;

const [COLON, SPACE, CR, LF] = Buffer.from(': \r\n');

/** Where literals are put together; read to their end within one call, so that one serves all connections. */
let line = Buffer.allocUnsafeSlow(4096);

/** Reads the header blocks of one direction of a connection (RFC 7541), with the table that they share. */
export class Decoder {
  /** Octets of the fields of the last block, counted as SETTINGS_MAX_HEADER_LIST_SIZE counts them (RFC 9113, section 6.5.2). */
  listSize = 0;
  private readonly table = new DynamicTable();
  private at = 0;

  /**
   * Reads a whole block.
   * @param most - the size of the list beyond which fields are not told any more: {@link listSize} says so
   * @returns whether it could be read; if not, the connection is lost (COMPRESSION_ERROR)
   */
  decode(bytes: Buffer, start: number, end: number, most: number, sink: FieldSink): boolean {
    this.listSize = 0;
    this.at = start;
    let resizable = true;
    while (this.at < end) {
      const first = bytes[this.at];
      if ((first & 0xe0) === 0x20) {
        // Section 4.2: only before the fields.
        const size = this.integer(bytes, end, 0x1f);
        if (!resizable || size < 0 || !this.table.resize(size)) return false;
        continue;
      }
      resizable = false;
      if ((first & 0x80) !== 0 ? !this.indexed(bytes, end, most, sink) : !this.literal(bytes, end, most, sink))
        return false;
    }
    return true;
  }

  private indexed(bytes: Buffer, end: number, most: number, sink: FieldSink): boolean {
    const index = this.integer(bytes, end, 0x7f);
    if (index <= 0) return false;
    if (index <= STATIC_SIZE) {
      this.tell(
        STATIC_KIND[index],
        STATIC_OCTETS,
        STATIC_START[index],
        STATIC_NAME_END[index],
        STATIC_END[index],
        most,
        sink,
      );
      return true;
    }
    const { table } = this;
    const entry = table.find(index);
    if (entry < 0) return false;
    this.tell(
      table.kindOf(entry),
      table.octets,
      table.startOf(entry),
      table.nameEndOf(entry),
      table.endOf(entry),
      most,
      sink,
    );
    return true;
  }

  private literal(bytes: Buffer, end: number, most: number, sink: FieldSink): boolean {
    const remembers = (bytes[this.at] & 0x40) !== 0;
    const index = this.integer(bytes, end, remembers ? 0x3f : 0x0f);
    if (index < 0) return false;
    const nameEnd = index === 0 ? this.string(bytes, end, 0) : this.copyName(index);
    if (nameEnd < 0) return false;
    const valueEnd = this.string(bytes, end, nameEnd + 2);
    if (valueEnd < 0) return false;
    line[nameEnd] = COLON;
    line[nameEnd + 1] = SPACE;
    line[valueEnd] = CR;
    line[valueEnd + 1] = LF;
    const lineEnd = valueEnd + 2;
    const kind = kindOf(line, 0, nameEnd, lineEnd);
    if (remembers) this.table.insert(line, 0, nameEnd, lineEnd, kind);
    this.tell(kind, line, 0, nameEnd, lineEnd, most, sink);
    return true;
  }

  private tell(
    kind: number,
    bytes: Buffer,
    start: number,
    nameEnd: number,
    end: number,
    most: number,
    sink: FieldSink,
  ): void {
    this.listSize += end - start - 4 + ENTRY_OVERHEAD;
    if (this.listSize <= most) sink.field(kind, bytes, start, nameEnd, end);
  }

  /** Puts the name of an index at the beginning of the line. @returns where it ends, or -1 */
  private copyName(index: number): number {
    const { table } = this;
    let source = STATIC_OCTETS;
    let start = STATIC_START[index];
    let end = STATIC_NAME_END[index];
    if (index > STATIC_SIZE) {
      const entry = table.find(index);
      if (entry < 0) return -1;
      source = table.octets;
      start = table.startOf(entry);
      end = table.nameEndOf(entry);
    }
    reserve(end - start);
    for (let i = start; i < end; i++) line[i - start] = source[i];
    return end - start;
  }

  /** Puts a string into the line (section 5.2). @returns where it ends there, or -1 */
  private string(bytes: Buffer, end: number, to: number): number {
    if (this.at >= end) return -1;
    const coded = (bytes[this.at] & 0x80) !== 0;
    const length = this.integer(bytes, end, 0x7f);
    const start = this.at;
    if (length < 0 || start + length > end) return -1;
    this.at = start + length;
    reserve(to + mostDecoded(length));
    if (coded) return decodeHuffman(bytes, start, this.at, line, to);
    for (let i = 0; i < length; i++) line[to + i] = bytes[start + i];
    return to + length;
  }

  /** Reads an integer (section 5.1). @returns -1 where it is not whole, or too large to mean anything */
  private integer(bytes: Buffer, end: number, mask: number): number {
    let value = bytes[this.at++] & mask;
    if (value < mask) return value;
    for (let i = 0; i < MOST_CONTINUATIONS; i++) {
      if (this.at >= end) return -1;
      const octet = bytes[this.at++];
      value += (octet & 0x7f) << (7 * i);
      if ((octet & 0x80) === 0) return value;
    }
    return -1;
  }
}

/** Makes room for a line, with its separators. Blocks are bounded, and so is this memory. */
function reserve(length: number): void {
  const needed = length + 4;
  if (needed <= line.length) return;
  const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(needed)));
  larger.set(line);
  line = larger;
}
