import type { Rate } from './rate';

/** Shares such as 0.1 do not add up exactly. */
const ALMOST = 1e-9;

/** Tokens that come with time, up to a most. */
export class TokenBucket {
  private at: number;

  /** It is full. @param now - in milliseconds */
  constructor(
    /** As of the last call. */
    public tokens: number,
    now: number,
  ) {
    this.at = now;
  }

  /** Lets the tokens in that have come since the last time. @param most - as many as it holds now */
  fill({ perSecond }: Rate, most: number, now: number): void {
    // A clock that was read earlier than the last one brings none.
    const come = (Math.max(0, now - this.at) * perSecond) / 1000;
    this.at = Math.max(this.at, now);
    // What is there already is not taken away: it was lent and came back.
    if (this.tokens < most) this.tokens = Math.min(most, this.tokens + come);
  }

  /** Whole tokens. */
  get whole(): number {
    return Math.max(0, Math.floor(this.tokens + ALMOST));
  }

  /** Milliseconds from the last {@link fill} until there is a whole token. */
  nextIn({ perSecond }: Rate): number {
    return this.whole >= 1 ? 0 : ((1 - this.tokens) * 1000) / perSecond;
  }
}
