/**
 * An unsigned number of 64 bits as two halves, changed in place: a bigint for every step would make garbage for every
 * request that is hashed. The halves are kept as signed 32-bit numbers, which V8 holds without an object.
 */
export class Word64 {
  constructor(
    public high = 0,
    public low = 0,
  ) {}

  copy({ high, low }: Word64): this {
    this.high = high;
    this.low = low;
    return this;
  }

  set(high: number, low: number): this {
    this.high = high | 0;
    this.low = low | 0;
    return this;
  }

  add({ high, low }: Word64): this {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    this.low = sum | 0;
    return this;
  }

  xor({ high, low }: Word64): this {
    this.high ^= high;
    this.low ^= low;
    return this;
  }

  /** The lower 64 bits of the product. */
  multiply({ high, low }: Word64): this {
    const lower = this.low & 0xffff;
    const upper = this.low >>> 16;
    const otherLower = low & 0xffff;
    const otherUpper = low >>> 16;
    // What the product of the lower halves carries into the upper one, in parts of 16 bits: no sum reaches 2^32.
    const middle = upper * otherLower + ((lower * otherLower) >>> 16);
    const rest = lower * otherUpper + (middle & 0xffff);
    const carried = upper * otherUpper + (middle >>> 16) + (rest >>> 16);
    this.high = (Math.imul(this.high, low) + Math.imul(this.low, high) + carried) | 0;
    this.low = Math.imul(this.low, low);
    return this;
  }

  /** @param bits - from 1 to 31 */
  rotateLeft(bits: number): this {
    const { high, low } = this;
    this.high = (high << bits) | (low >>> (32 - bits));
    this.low = (low << bits) | (high >>> (32 - bits));
    return this;
  }

  /** Is combined, by exclusive or, with itself shifted right. @param bits - from 1 to 63 */
  mixRight(bits: number): this {
    const { high, low } = this;
    if (bits >= 32) {
      this.low = low ^ (high >>> (bits - 32));
    } else {
      this.high = high ^ (high >>> bits);
      this.low = low ^ ((low >>> bits) | (high << (32 - bits)));
    }
    return this;
  }
}
