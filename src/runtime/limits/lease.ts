import type { RateWaiter } from './rate';

/** What a process knows of the bucket of a key, which is with the lender. */
export class Lease {
  /** On loan and not spent. */
  tokens = 0;
  /** At how many left the next ones are asked for; below 0, only once there are none. */
  askAt = -1;
  /** Whether an ask is not answered. */
  asking = false;
  /** Until when the lender knows of none. */
  noneUntil = 0;
  /** When the last token was spent. */
  usedAt = 0;
  /** How many it let pass by itself since the lender last answered. */
  debt = 0;
  waiters: RateWaiter[] = [];

  /**
   * @param left - how many are left to all processes
   * @param leftAt - when that was so
   */
  constructor(
    public left: number,
    public leftAt: number,
  ) {}

  /** Lets those who wait have the tokens that there are. */
  serve(): void {
    while (this.tokens >= 1 && this.waiters.length > 0) {
      this.tokens -= 1;
      this.waiters.shift()?.onDecided(true);
    }
  }

  /** Decides for the first of those who wait, or for all. */
  decide(passes: boolean, count = this.waiters.length): void {
    for (const waiter of this.waiters.splice(0, count)) waiter.onDecided(passes);
  }
}
