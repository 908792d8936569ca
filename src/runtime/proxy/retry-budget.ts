const SLOT_MS = 1_000;
const SLOTS = 10;
/** A service with little traffic may still retry this often. */
const LEAST_PER_SECOND = 3;

/**
 * Bounds extra attempts to a share of the requests, so that retries cannot multiply an outage. It looks back on ten
 * seconds: each request adds its share, each extra attempt takes one away, and a few are always there.
 */
export class RetryBudget {
  private readonly slots = new Float64Array(SLOTS);
  private readonly share: number;
  private readonly least: number;
  private slot: number;

  /**
   * @param percent - extra attempts for each hundred requests; 0 forbids them
   * @param share - of the attempts that are always there, where several processes serve the API: a part of 1
   */
  constructor(percent: number, now: number, share = 1) {
    this.share = percent / 100;
    this.least = percent === 0 ? 0 : LEAST_PER_SECOND * SLOTS * share;
    this.slot = Math.floor(now / SLOT_MS);
  }

  /** A request came. */
  deposit(now: number): void {
    this.advance(now);
    this.slots[this.slot % SLOTS] += this.share;
  }

  /** Whether an extra attempt may be made. */
  allows(now: number): boolean {
    this.advance(now);
    // Shares such as 0.2 do not add up exactly.
    return this.slots.reduce((sum, amount) => sum + amount, this.least) >= 1 - 1e-9;
  }

  /** An extra attempt is made. */
  withdraw(now: number): void {
    this.advance(now);
    this.slots[this.slot % SLOTS] -= 1;
  }

  private advance(now: number): void {
    const current = Math.floor(now / SLOT_MS);
    if (current - this.slot >= SLOTS) this.slots.fill(0);
    else for (let slot = this.slot + 1; slot <= current; slot++) this.slots[slot % SLOTS] = 0;
    this.slot = Math.max(this.slot, current);
  }
}
