import { Bounded, MOST_KEYS } from './buckets';
import type { Rate, RateLimit } from './rate';
import { TokenBucket } from './token-bucket';

/** The rate limit of an instance that is one process: exact. */
export class OwnRateLimit implements RateLimit {
  private readonly buckets: Bounded<TokenBucket>;
  /** As of the last call. */
  private now = 0;

  /** @param mostKeys - how many keys are remembered */
  constructor(
    /** May be replaced: buckets keep what they have, up to what they hold now. */
    public rate: Rate,
    mostKeys = MOST_KEYS,
  ) {
    this.buckets = new Bounded(mostKeys, (bucket) => {
      bucket.fill(this.rate, this.rate.burst, this.now);
      return Math.max(0, this.rate.burst - bucket.tokens);
    });
  }

  take(key: string, now: number): 'yes' | 'no' {
    const bucket = this.filled(key, now);
    if (bucket.whole < 1) return 'no';
    bucket.tokens -= 1;
    return 'yes';
  }

  /** Never needed: {@link take} always knows. */
  whenDecided(): void {}

  leave(): void {}

  remaining(key: string, now: number): number {
    const bucket = this.buckets.peek(key);
    if (bucket === undefined) return Math.floor(this.rate.burst);
    bucket.fill(this.rate, this.rate.burst, now);
    return bucket.whole;
  }

  nextIn(key: string, now: number): number {
    const bucket = this.buckets.peek(key);
    bucket?.fill(this.rate, this.rate.burst, now);
    return bucket?.nextIn(this.rate) ?? 0;
  }

  private filled(key: string, now: number): TokenBucket {
    const { rate } = this;
    this.now = now;
    const bucket = this.buckets.use(key, () => new TokenBucket(rate.burst, now));
    bucket.fill(rate, rate.burst, now);
    bucket.tokens = Math.min(bucket.tokens, rate.burst);
    return bucket;
  }
}
