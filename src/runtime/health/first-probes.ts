/** First probes that begin at once, and as many more in each step. */
const AT_ONCE = 64;
const STEP_MS = 10;

/**
 * When targets of which nothing is known are probed for the first time: at once, but no more than 6,400 a second, so that
 * 10,000 targets that come together are all probed within 1.6 s and hold nobody up for more than some milliseconds.
 * It is their beginnings that are bounded and not how many are under way: targets that never answer would keep all
 * others from being probed.
 */
export class FirstProbes {
  private begun = 0;

  /** In how many milliseconds the next target is probed. */
  next(): number {
    const delay = Math.floor(this.begun / AT_ONCE) * STEP_MS;
    this.begun += 1;
    return delay;
  }
}
