import { STATIC_SIZE } from './static-table';

/** What an entry is counted for beyond its octets (RFC 7541, section 4.1). */
export const ENTRY_OVERHEAD = 32;
/** The separators of a line, `: ` and CR LF, which are not counted. */
const LINE_OVERHEAD = 4;

/** The size that both sides start from (RFC 9113, section 6.5.2), and that is never exceeded here. */
export const TABLE_SIZE = 4096;

/** Numbers of an entry: where its line starts, its name ends and its line ends, and its kind. */
const STRIDE = 4;
/** More entries than the size allows, and a power of two. */
const MOST_ENTRIES = TABLE_SIZE / ENTRY_OVERHEAD;
const FIRST_CAPACITY = 1024;

/**
 * The fields that a peer may refer to by index (RFC 7541, section 2.3.2). They are kept as lines of a head, in memory
 * that is bounded whatever is inserted: an entry costs no object, and a reference to one costs a copy of its line.
 */
export class DynamicTable {
  /** Where the lines stand. */
  octets = Buffer.alloc(0);
  private entries = new Uint16Array(0);
  /** Entries are numbered as they come; those from `oldest` to `next - 1` are there. */
  private oldest = 0;
  private next = 0;
  /** Where the next line goes. */
  private end = 0;
  private size = 0;
  private limit = TABLE_SIZE;

  /** Changes the limit; `false` where it is more than this side allows. */
  resize(limit: number): boolean {
    if (limit > TABLE_SIZE) return false;
    this.limit = limit;
    this.evict(0);
    return true;
  }

  /** Where an entry's numbers stand; -1 where an index has none. */
  find(index: number): number {
    const number = this.next - (index - STATIC_SIZE);
    return number >= this.oldest && number < this.next ? (number % MOST_ENTRIES) * STRIDE : -1;
  }

  startOf(entry: number): number {
    return this.entries[entry];
  }

  nameEndOf(entry: number): number {
    return this.entries[entry + 1];
  }

  endOf(entry: number): number {
    return this.entries[entry + 2];
  }

  kindOf(entry: number): number {
    return this.entries[entry + 3];
  }

  /** Adds a line, which must not stand in the table's own memory. One that is too large empties the table (section 4.4). */
  insert(bytes: Buffer, start: number, nameEnd: number, end: number, kind: number): void {
    const length = end - start;
    const size = length - LINE_OVERHEAD + ENTRY_OVERHEAD;
    this.evict(size);
    if (size > this.limit) return;
    if (this.end + length > this.octets.length) this.makeRoom(length);
    const at = this.end;
    this.octets.set(bytes.subarray(start, end), at);
    this.end = at + length;
    const entry = (this.next % MOST_ENTRIES) * STRIDE;
    this.entries[entry] = at;
    this.entries[entry + 1] = at + nameEnd - start;
    this.entries[entry + 2] = this.end;
    this.entries[entry + 3] = kind;
    this.next += 1;
    this.size += size;
  }

  private evict(needed: number): void {
    while (this.oldest < this.next && this.size + needed > this.limit) {
      const entry = (this.oldest % MOST_ENTRIES) * STRIDE;
      this.size -= this.entries[entry + 2] - this.entries[entry] - LINE_OVERHEAD + ENTRY_OVERHEAD;
      this.oldest += 1;
    }
  }

  /** Moves what is there to the front, in larger memory where less than half of it would be free. */
  private makeRoom(length: number): void {
    if (this.entries.length === 0) this.entries = new Uint16Array(MOST_ENTRIES * STRIDE);
    const first = this.oldest < this.next ? this.entries[(this.oldest % MOST_ENTRIES) * STRIDE] : this.end;
    const kept = this.end - first;
    let capacity = Math.max(this.octets.length, FIRST_CAPACITY);
    while (capacity < (kept + length) * 2) capacity *= 2;
    const to = capacity === this.octets.length ? this.octets : Buffer.allocUnsafeSlow(capacity);
    to.set(this.octets.subarray(first, this.end));
    this.octets = to;
    this.end = kept;
    for (let number = this.oldest; number < this.next; number++) {
      const entry = (number % MOST_ENTRIES) * STRIDE;
      for (let i = 0; i < 3; i++) this.entries[entry + i] -= first;
    }
  }
}
