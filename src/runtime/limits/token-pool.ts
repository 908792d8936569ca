import { Bounded, MOST_KEYS } from './buckets';
import type { FromTokenBorrower, ToTokenBorrower } from './messages';
import type { Rate } from './rate';
import { TokenBucket } from './token-bucket';

/**
 * Which part of the tokens that are left all borrowers get together, where they ask for one. What they have spent of it and not
 * told yet does not come back in time: at most half of that part of a burst.
 */
const PART_LENT = 16;
/** No borrower gets more tokens of a key at once. */
const MOST_LENT = 64;
/** Where a bucket is all but empty, a borrower gets what comes in this time, in milliseconds; at least one token. */
const LEND_MS = 2;

interface Bucket extends TokenBucket {
  /** What each borrower has not spent, as far as is known here: never less. */
  readonly lent: Map<number, number>;
  /** What borrowers have asked for that were not answered. */
  readonly asks: Map<number, number>;
  /** Whose answer to a claim has not come. */
  readonly awaited: Set<number>;
}

/** The buckets of one rate limit, as the process sees them that lends tokens to the others: `LeasedRateLimit`. */
export class TokenPool {
  private readonly buckets: Bounded<Bucket>;
  private readonly borrowers = new Set<number>();
  /** As of the last call. */
  private now = 0;
  private rate: Rate = { perSecond: 1, burst: 1 };

  /**
   * @param key - of the limit
   * @param processes - how many borrowers there are once all have begun
   */
  constructor(
    private readonly key: string,
    private readonly processes: number,
    private readonly send: (to: number, message: ToTokenBorrower) => void,
    mostKeys = MOST_KEYS,
  ) {
    this.buckets = new Bounded<Bucket>(mostKeys, (bucket) => {
      this.fill(bucket);
      return this.rate.burst - bucket.tokens;
    });
  }

  /** Whether nobody uses the limit. */
  get unused(): boolean {
    return this.borrowers.size === 0;
  }

  /** What a borrower says. @param now - in milliseconds of a monotonic clock */
  hear(from: number, message: FromTokenBorrower, now: number): void {
    this.now = now;
    this.borrowers.add(from);
    if (message.kind === 'rate') {
      this.rate = message.rate;
      return;
    }
    const { key } = message;
    const bucket = this.buckets.use(key, () => this.newBucket());
    this.fill(bucket);
    if (message.kind === 'tokens') {
      setOrDelete(bucket.lent, from, message.unspent);
      bucket.asks.set(from, message.count);
    } else if (message.kind === 'spent') bucket.tokens -= message.count;
    else {
      bucket.tokens += message.count;
      bucket.lent.delete(from);
      if (message.answer) bucket.awaited.delete(from);
    }
    this.work(key, bucket);
  }

  /** A borrower is gone. What it had on loan counts as spent. */
  left(who: number, now: number): void {
    if (!this.borrowers.delete(who)) return;
    this.now = now;
    for (const [key, bucket] of this.buckets.entries()) {
      this.fill(bucket);
      bucket.lent.delete(who);
      bucket.asks.delete(who);
      if (bucket.awaited.delete(who)) this.work(key, bucket);
    }
  }

  private work(key: string, bucket: Bucket): void {
    // What is on its way must not be confused with what is given back.
    if (bucket.awaited.size > 0) return;
    for (const [who, count] of bucket.asks) {
      if (bucket.whole < 1) break;
      this.lend(key, bucket, who, Math.min(bucket.whole, Math.max(count, this.batch(bucket))));
    }
    if (bucket.asks.size === 0) return;
    for (const who of bucket.lent.keys()) {
      if (bucket.asks.size === 1 && bucket.asks.has(who)) continue;
      bucket.awaited.add(who);
      this.send(who, { kind: 'claim', limit: this.key, key });
    }
    if (bucket.awaited.size === 0) for (const who of bucket.asks.keys()) this.lend(key, bucket, who, 0);
  }

  private batch({ whole }: Bucket): number {
    const coming = (this.rate.perSecond * LEND_MS) / 1000;
    return Math.min(MOST_LENT, Math.floor(Math.max(whole / (PART_LENT * this.processes), coming)));
  }

  private lend(key: string, bucket: Bucket, to: number, count: number): void {
    bucket.tokens -= count;
    setOrDelete(bucket.lent, to, (bucket.lent.get(to) ?? 0) + count);
    bucket.asks.delete(to);
    const nextIn = bucket.nextIn(this.rate);
    this.send(to, { kind: 'lend', limit: this.key, key, count, left: bucket.whole, nextIn });
  }

  /** What is on loan may be spent still: it takes room as if it were here. */
  private fill(bucket: Bucket): void {
    let most = this.rate.burst;
    for (const count of bucket.lent.values()) most -= count;
    bucket.fill(this.rate, most, this.now);
    // The rate may have become another.
    bucket.tokens = Math.min(bucket.tokens, this.rate.burst);
  }

  private newBucket(): Bucket {
    const bucket = new TokenBucket(this.rate.burst, this.now);
    return Object.assign(bucket, { lent: new Map(), asks: new Map(), awaited: new Set<number>() });
  }
}

function setOrDelete(map: Map<number, number>, key: number, value: number): void {
  if (value > 0) map.set(key, value);
  else map.delete(key);
}
