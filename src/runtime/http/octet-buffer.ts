import { copyOctets } from './octets';

/** Octets that are put together, in memory that grows as needed and is used again. */
export class OctetBuffer {
  length = 0;
  private memory: Buffer;
  private lastView: Buffer;
  private grown = false;

  constructor(private readonly size: number) {
    this.memory = Buffer.allocUnsafeSlow(size);
    this.lastView = this.memory;
  }

  /** Starts again at the first octet. Memory beyond `size` is given back. */
  clear(): void {
    this.length = 0;
    if (this.grown) this.renew();
  }

  /** Leaves the memory to a write that goes on, and takes other. */
  renew(): void {
    this.memory = Buffer.allocUnsafeSlow(this.size);
    this.lastView = this.memory;
    this.grown = false;
  }

  append(source: Buffer, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.memory.length) this.grow(needed);
    this.length = copyOctets(this.memory, this.length, source, start, end);
  }

  appendAll(source: Buffer): void {
    this.append(source, 0, source.length);
  }

  /** All octets, without a copy: good until the next change. */
  view(): Buffer {
    // Messages of one length often follow each other, and a new view costs as much as a short copy.
    if (this.lastView.length !== this.length) this.lastView = this.memory.subarray(0, this.length);
    return this.lastView;
  }

  private grow(needed: number): void {
    const memory = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(needed)));
    memory.set(this.memory.subarray(0, this.length));
    this.grown = true;
    this.memory = memory;
    this.lastView = memory;
  }
}
