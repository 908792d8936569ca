import type { FromBorrower, ToBorrower } from './messages';
import { PermitPool } from './permit-pool';
import { TokenPool } from './token-pool';

/** All limits of an instance with several processes, which it lends to them: to `LeasedLimits` of each. */
export class Lender {
  private readonly permits = new Map<string, PermitPool>();
  private readonly rates = new Map<string, TokenPool>();

  /**
   * @param processes - how many share the limits
   * @param send - tells one of them; both ways keep the order of messages
   * @param now - milliseconds of a monotonic clock
   */
  constructor(
    private readonly processes: number,
    private readonly send: (to: number, message: ToBorrower) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What a process says. */
  hear(from: number, message: FromBorrower) {
    const { limit } = message;
    switch (message.kind) {
      case 'join':
      case 'ask':
      case 'give':
        return this.poolOf(limit, message.kind === 'join')?.hear(from, message);
      case 'rate':
      case 'tokens':
      case 'return':
      case 'spent':
        return this.bucketsOf(limit, message.kind === 'rate')?.hear(from, message, this.now());
      case 'leave':
        this.permits.get(limit)?.left(from);
        this.rates.get(limit)?.left(from, this.now());
        this.forgetUnused();
    }
  }

  /** A process has ended: what it held is free again. */
  left(who: number): void {
    const now = this.now();
    for (const pool of this.permits.values()) pool.left(who);
    for (const pool of this.rates.values()) pool.left(who, now);
  }

  private poolOf(limit: string, make: boolean): PermitPool | undefined {
    let pool = this.permits.get(limit);
    if (pool === undefined && make) {
      pool = new PermitPool(limit, this.processes, this.send);
      this.permits.set(limit, pool);
    }
    return pool;
  }

  /** A process that uses a limit says so first; what one says that has left is no matter. */
  private bucketsOf(limit: string, make: boolean): TokenPool | undefined {
    let pool = this.rates.get(limit);
    if (pool === undefined && make) {
      pool = new TokenPool(limit, this.processes, this.send);
      this.rates.set(limit, pool);
    }
    return pool;
  }

  private forgetUnused(): void {
    for (const [key, { unused }] of this.permits) if (unused) this.permits.delete(key);
    for (const [key, { unused }] of this.rates) if (unused) this.rates.delete(key);
  }
}
