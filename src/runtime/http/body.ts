import { Chunked } from './chunked';

const [LENGTH, CHUNKED, UNTIL_CLOSE] = [0, 1, 2];

/** Finds the end of a message's body. */
export class Body {
  private kind = LENGTH;
  private left = 0;
  private taken = 0;
  private readonly chunked = new Chunked();

  /** Whether the last octet was taken. */
  get done(): boolean {
    if (this.kind === CHUNKED) return this.chunked.done;
    return this.left === 0;
  }

  /** Octets of the body so far, without the framing of chunks. */
  get received(): number {
    return this.kind === CHUNKED ? this.chunked.received : this.taken;
  }

  get endsWithConnection(): boolean {
    return this.kind === UNTIL_CLOSE;
  }

  startNone(): void {
    this.startLength(0);
  }

  startLength(length: number): void {
    this.kind = LENGTH;
    this.left = length;
    this.taken = 0;
  }

  startChunked(): void {
    this.kind = CHUNKED;
    this.chunked.start();
  }

  /** Of a response without a length: whatever comes until the connection ends. */
  startUntilClose(): void {
    this.kind = UNTIL_CLOSE;
    this.left = Number.POSITIVE_INFINITY;
    this.taken = 0;
  }

  /** The connection ended: of a body without a length, that was its end. */
  endWithConnection(): void {
    this.left = 0;
  }

  /**
   * Goes on with `bytes[start..end)`.
   * @returns the index after the last octet of the body, or -1 where it is malformed
   */
  take(bytes: Buffer, start: number, end: number): number {
    if (this.kind === CHUNKED) return this.chunked.take(bytes, start, end);
    const length = Math.min(end - start, this.left);
    this.left -= length;
    this.taken += length;
    return start + length;
  }
}
