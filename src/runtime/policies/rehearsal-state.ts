/** Outcomes that are looked at: the latest. */
const WINDOW = 100;
/** Before there are as many, those that are missing count as good. */
const MINIMUM = 10;
/** How long rehearsals rest once they have stopped, in milliseconds. */
const REST_MS = 60_000;
/** How often one is tried again after that, in milliseconds. */
const TRIAL_MS = 1_000;
/** How many of these must go well, one after the other. */
const TRIALS = 5;

/** What an outcome has changed. */
export type RehearsalChange = 'stopped' | 'resumed' | undefined;

/**
 * Decides whether to rehearse. Too large a share of failures among the latest stops it; after a rest it is tried again
 * once a second, goes on once a few in a row went well, and rests again where one fails.
 */
export class RehearsalState {
  private readonly failed = new Uint8Array(WINDOW);
  private count = 0;
  private failures = 0;
  /** When the rest is over; `undefined` while all is well. */
  private restUntil: number | undefined;
  private nextTrial = 0;
  private successes = 0;

  /** @param maxFailurePercent - a larger share of failures stops it */
  constructor(private readonly maxFailurePercent: number) {}

  get stopped(): boolean {
    return this.restUntil !== undefined;
  }

  /** Whether a request may be rehearsed now; it is taken to be. */
  admits(now: number): boolean {
    if (this.restUntil === undefined) return true;
    if (now < this.restUntil || now < this.nextTrial) return false;
    this.nextTrial = now + TRIAL_MS;
    return true;
  }

  /** A rehearsal has ended. */
  ended(good: boolean, now: number): RehearsalChange {
    if (this.restUntil === undefined) {
      this.note(good);
      const share = this.failures / Math.min(Math.max(this.count, MINIMUM), WINDOW);
      return share * 100 > this.maxFailurePercent ? this.rest(now) : undefined;
    }
    // It began before the rest did.
    if (now < this.restUntil) return undefined;
    this.note(good);
    if (!good) {
      this.rest(now);
      return undefined;
    }
    this.successes += 1;
    if (this.successes < TRIALS) return undefined;
    this.restUntil = undefined;
    this.failed.fill(0);
    this.count = 0;
    this.failures = 0;
    return 'resumed';
  }

  private rest(now: number): 'stopped' {
    this.restUntil = now + REST_MS;
    this.successes = 0;
    return 'stopped';
  }

  private note(good: boolean): void {
    const at = this.count % WINDOW;
    const failed = good ? 0 : 1;
    this.failures += failed - this.failed[at];
    this.failed[at] = failed;
    this.count += 1;
  }
}
