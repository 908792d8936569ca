import { AdaptiveLimit, type AdaptiveSettings } from './adaptive-limit';
import { OwnPermits } from './own-permits';
import type { TierPermits } from './tier-gate';

/**
 * Permits of a limit that adapts. Each process has its own: what it measures tells it as much about the targets as what all
 * of them measure together would.
 */
export class AdaptivePermits extends OwnPermits implements TierPermits {
  private readonly adaptive: AdaptiveLimit;

  constructor(settings: AdaptiveSettings) {
    const adaptive = new AdaptiveLimit(settings);
    super(adaptive.limit);
    this.adaptive = adaptive;
  }

  /** Goes on under other settings. */
  adopt(settings: AdaptiveSettings): void {
    this.adaptive.adopt(settings);
    this.limit = this.adaptive.limit;
  }

  answered(milliseconds: number, now: number): void {
    this.adaptive.sample(milliseconds, this.inUse, now);
    if (this.adaptive.limit !== this.limit) this.limit = this.adaptive.limit;
  }
}
