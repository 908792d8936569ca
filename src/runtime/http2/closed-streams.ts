/**
 * The streams that ended last: what still comes for one that this side has reset was sent before its peer knew, and for
 * any other it is a mistake (RFC 9113, section 5.1).
 */
export class ClosedStreams {
  /** Numbers of streams, negative where this side reset them. */
  private readonly last: number[] = [];
  private next = 0;

  /** @param most - how many are remembered */
  constructor(private readonly most: number) {}

  add(stream: number, resetHere: boolean): void {
    this.last[this.next] = resetHere ? -stream : stream;
    this.next = (this.next + 1) % this.most;
  }

  /** Whether this side has reset it, not long ago. */
  wasResetHere(stream: number): boolean {
    return this.last.includes(-stream);
  }

  /** Whether it ended not long ago, by whomever. */
  has(stream: number): boolean {
    return this.last.includes(stream) || this.wasResetHere(stream);
  }
}
