import { type MakeAlarm, systemAlarm } from './alarm';
import { LeasedPermits } from './leased-permits';
import { LeasedRateLimit } from './leased-rate-limit';
import type { Limits } from './limits';
import type { FromBorrower, ToBorrower } from './messages';
import type { Permits } from './permits';
import type { Rate, RateLimit } from './rate';

/** The limits of an instance with several processes, as one of them uses them; a `Lender` has them all. */
export class LeasedLimits implements Limits {
  private readonly allPermits = new Map<string, LeasedPermits>();
  private readonly rates = new Map<string, LeasedRateLimit>();
  private readonly asked = new Set<string>();

  /**
   * @param processes - how many share the limits
   * @param send - tells the lender; what it answers is for {@link hear}. Both keep the order of messages.
   * @param now - the clock by which rates are asked for, in milliseconds
   */
  constructor(
    private readonly processes: number,
    private readonly send: (message: FromBorrower) => void,
    private readonly now: () => number = () => performance.now(),
    private readonly makeAlarm: MakeAlarm = systemAlarm,
  ) {}

  permits(key: string, limit: number): Permits {
    this.asked.add(key);
    let permits = this.allPermits.get(key);
    if (permits === undefined) {
      permits = new LeasedPermits(key, limit, this.processes, this.send, this.makeAlarm);
      this.allPermits.set(key, permits);
    } else if (permits.limit !== limit) permits.limit = limit;
    return permits;
  }

  rate(key: string, rate: Rate): RateLimit {
    this.asked.add(key);
    let limit = this.rates.get(key);
    if (limit === undefined) {
      limit = new LeasedRateLimit(key, rate, this.processes, this.send, this.makeAlarm, this.now);
      this.rates.set(key, limit);
    } else if (limit.rate.perSecond !== rate.perSecond || limit.rate.burst !== rate.burst) limit.rate = rate;
    return limit;
  }

  sweep(): void {
    for (const [key, { inUse }] of this.allPermits) if (inUse === 0) this.forget(key, this.allPermits);
    for (const key of this.rates.keys()) this.forget(key, this.rates);
    this.asked.clear();
  }

  /** What the lender says. What is said of a limit that was forgotten is no matter: so were the leases. */
  hear(message: ToBorrower): void {
    if (message.kind === 'lend' || message.kind === 'claim') this.rates.get(message.limit)?.hear(message);
    else this.allPermits.get(message.limit)?.hear(message);
  }

  private forget(key: string, from: Map<string, unknown>): void {
    if (this.asked.has(key)) return;
    from.delete(key);
    this.send({ kind: 'leave', limit: key });
  }
}
