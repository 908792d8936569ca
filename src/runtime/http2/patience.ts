/** How many oddities a peer may have at once. */
const MOST = 1_000;
/** How many are forgiven a second: the rate at which well-behaved clients reset streams or ask for answers is far below. */
const PER_SECOND = 100;

/**
 * What is borne of a peer that costs more than it asks for: streams that it resets, PINGs and SETTINGS that must be
 * answered, frames that say nothing (CVE-2019-9512 and those about it, CVE-2023-44487).
 */
export class Patience {
  private left = MOST;
  private at: number;

  /** @param clock - monotonic, in milliseconds */
  constructor(private readonly clock: () => number) {
    this.at = clock();
  }

  /** Whether one more is borne. */
  bears(): boolean {
    const now = this.clock();
    this.left = Math.min(MOST, this.left + ((now - this.at) * PER_SECOND) / 1_000);
    this.at = now;
    this.left -= 1;
    return this.left >= 0;
  }
}
