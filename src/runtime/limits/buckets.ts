/**
 * How many keys of one rate limit are remembered: more clients at once than that are rare, and it bounds the memory to
 * some ten megabytes where somebody makes keys up.
 */
export const MOST_KEYS = 65_536;

/** How many of the longest unused are looked at for one to forget. */
const CANDIDATES = 8;

/** A bounded number of things by key. One more than that has the fullest of the longest unused forgotten. */
export class Bounded<Value> {
  private readonly values = new Map<string, Value>();

  /**
   * @param most - how many there may be
   * @param loss - how much is lost with a value that is forgotten: 0 where a new one would be the same
   * @param forgotten - is told of each that is
   */
  constructor(
    private readonly most: number,
    private readonly loss: (value: Value) => number,
    private readonly forgotten: (value: Value, key: string) => void = () => {},
  ) {}

  get size(): number {
    return this.values.size;
  }

  /** Without counting as a use. */
  peek(key: string): Value | undefined {
    return this.values.get(key);
  }

  /** The value of a key, made where there is none. It counts as used now. */
  use(key: string, make: () => Value): Value {
    let value = this.values.get(key);
    if (value === undefined) {
      value = make();
      if (this.values.size >= this.most) this.forgetOne();
    } else this.values.delete(key);
    this.values.set(key, value);
    return value;
  }

  delete(key: string): void {
    this.values.delete(key);
  }

  entries(): IterableIterator<[string, Value]> {
    return this.values.entries();
  }

  private forgetOne(): void {
    let found: [string, Value] | undefined;
    let least = Number.POSITIVE_INFINITY;
    let seen = 0;
    for (const [key, value] of this.values) {
      const loss = this.loss(value);
      if (loss < least) [found, least] = [[key, value], loss];
      seen += 1;
      if (least === 0 || seen === CANDIDATES) break;
    }
    if (found === undefined) return;
    this.values.delete(found[0]);
    this.forgotten(found[1], found[0]);
  }
}
