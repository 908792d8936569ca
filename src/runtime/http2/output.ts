/** Most turns of the event loop write less. */
const SIZE = 16_384;
/** Buffers that are kept for the next turn; more are needed only while many connections wait for their clients. */
const MOST_SPARE = 64;

const spare: Buffer[] = [];

const NOTHING = Buffer.alloc(0);

/** What a connection has to send, put together until the end of the turn. It has memory only while there is something. */
export class Output {
  length = 0;
  private bytes: Buffer = NOTHING;
  private lent: Buffer = NOTHING;

  /** Memory with room for so many octets after {@link length}; who writes them counts them. */
  reserve(octets: number): Buffer {
    const needed = this.length + octets;
    if (needed > this.bytes.length) this.grow(needed);
    return this.bytes;
  }

  /** Lends all of it for a write; nothing more is lent until {@link giveBack}. */
  take(): Buffer {
    this.lent = this.bytes;
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = NOTHING;
    this.length = 0;
    return taken;
  }

  /** The write is done with what it was lent. */
  giveBack(): void {
    keep(this.lent);
    this.lent = NOTHING;
  }

  private grow(needed: number): void {
    const size = Math.max(SIZE, 2 ** Math.ceil(Math.log2(needed)));
    const bytes = (size === SIZE ? spare.pop() : undefined) ?? Buffer.allocUnsafeSlow(size);
    bytes.set(this.bytes.subarray(0, this.length));
    keep(this.bytes);
    this.bytes = bytes;
  }
}

function keep(bytes: Buffer): void {
  if (bytes.length === SIZE && spare.length < MOST_SPARE) spare.push(bytes);
}
