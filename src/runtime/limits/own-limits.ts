import type { Limits } from './limits';
import { OwnPermits } from './own-permits';
import { OwnRateLimit } from './own-rate-limit';
import type { Permits } from './permits';
import type { Rate, RateLimit } from './rate';

/** The limits of an instance that is one process. */
export class OwnLimits implements Limits {
  private readonly allPermits = new Map<string, OwnPermits>();
  private readonly rates = new Map<string, OwnRateLimit>();
  private readonly asked = new Set<string>();

  permits(key: string, limit: number): Permits {
    this.asked.add(key);
    const permits = this.allPermits.get(key) ?? new OwnPermits(limit);
    this.allPermits.set(key, permits);
    permits.limit = limit;
    return permits;
  }

  rate(key: string, rate: Rate): RateLimit {
    this.asked.add(key);
    const limit = this.rates.get(key) ?? new OwnRateLimit(rate);
    this.rates.set(key, limit);
    limit.rate = rate;
    return limit;
  }

  sweep(): void {
    const { allPermits, rates, asked } = this;
    for (const [key, { inUse }] of allPermits) if (!asked.has(key) && inUse === 0) allPermits.delete(key);
    for (const key of rates.keys()) if (!asked.has(key)) rates.delete(key);
    asked.clear();
  }
}
