import type { Alarm, MakeAlarm } from './alarm';
import { Bounded, MOST_KEYS } from './buckets';
import { Lease } from './lease';
import type { FromTokenBorrower, ToTokenBorrower } from './messages';
import { type Rate, type RateLimit, type RateWaiter, TOKEN_ANSWER_MS } from './rate';

/** After how long without use tokens are given back, in milliseconds: a client may go on with another process. */
const IDLE_MS = 100;

/**
 * The rate limit of an instance with several processes, as one of them uses it. The buckets are with the lender; a few
 * tokens of each are on loan here, the fewer the fewer there are. The lender claims them back for a process that has none.
 */
export class LeasedRateLimit implements RateLimit {
  private readonly leases: Bounded<Lease>;
  /** Until when an answer is awaited, by key, the earliest first. */
  private readonly deadlines = new Map<string, number>();
  /** Keys of which something may be on loan. */
  private readonly onLoan = new Set<string>();
  private readonly late: Alarm;
  private readonly idle: Alarm;

  /**
   * @param key - of the limit
   * @param processes - how many share it
   * @param now - the clock of all calls, in milliseconds
   */
  constructor(
    private readonly key: string,
    private current: Rate,
    private readonly processes: number,
    private readonly send: (message: FromTokenBorrower) => void,
    makeAlarm: MakeAlarm,
    private readonly now: () => number,
    mostKeys = MOST_KEYS,
  ) {
    this.late = makeAlarm(() => this.onLate());
    this.idle = makeAlarm(() => this.onIdle());
    this.leases = new Bounded<Lease>(
      mostKeys,
      ({ tokens, waiters }) => tokens + waiters.length,
      (lease, key) => this.forgotten(lease, key),
    );
    this.rate = current;
  }

  get rate(): Rate {
    return this.current;
  }

  /** Is another one from now on, here and, once it is told, for all. */
  set rate(rate: Rate) {
    this.current = rate;
    this.send({ kind: 'rate', limit: this.key, rate });
  }

  take(key: string, now: number): 'yes' | 'no' | 'ask' {
    const lease = this.lease(key, now);
    if (lease.tokens < 1) return now < lease.noneUntil ? 'no' : 'ask';
    lease.tokens -= 1;
    lease.usedAt = now;
    if (lease.tokens <= lease.askAt && !lease.asking) this.ask(key, lease, 1);
    return 'yes';
  }

  whenDecided(key: string, waiter: RateWaiter, now: number): void {
    const lease = this.lease(key, now);
    lease.waiters.push(waiter);
    if (!lease.asking) this.ask(key, lease, 1);
    if (!this.deadlines.has(key)) {
      if (this.deadlines.size === 0) this.late.set(TOKEN_ANSWER_MS);
      this.deadlines.set(key, now + TOKEN_ANSWER_MS);
    }
  }

  leave(key: string, waiter: RateWaiter): void {
    const lease = this.leases.peek(key);
    const at = lease?.waiters.indexOf(waiter) ?? -1;
    if (at >= 0) lease?.waiters.splice(at, 1);
  }

  remaining(key: string, now: number): number {
    const lease = this.leases.peek(key);
    const { perSecond, burst } = this.current;
    if (lease === undefined) return Math.floor(burst);
    const come = (Math.max(0, now - lease.leftAt) * perSecond) / 1000;
    return Math.floor(Math.min(burst, lease.tokens + lease.left + come));
  }

  nextIn(key: string, now: number): number {
    const lease = this.leases.peek(key);
    return lease === undefined || lease.tokens >= 1 ? 0 : Math.max(0, lease.noneUntil - now);
  }

  /** What the lender says. */
  hear(message: ToTokenBorrower) {
    const { key } = message;
    const lease = this.leases.peek(key);
    if (message.kind === 'lend' && lease !== undefined) return this.lent(key, lease, message);
    // What comes for a key that was forgotten meanwhile goes back.
    const count = message.kind === 'lend' ? message.count : (lease?.tokens ?? 0);
    if (lease !== undefined) lease.tokens = 0;
    this.giveBack(key, count, message.kind === 'claim');
  }

  private lent(key: string, lease: Lease, { count, left, nextIn }: Extract<ToTokenBorrower, { kind: 'lend' }>): void {
    const now = this.now();
    this.deadlines.delete(key);
    lease.asking = false;
    lease.tokens += count;
    lease.askAt = count > 1 ? count >> 1 : -1;
    lease.noneUntil = count === 0 ? now + nextIn : 0;
    lease.left = left;
    lease.leftAt = now;
    lease.usedAt = now;
    lease.debt = 0;
    if (count > 0) {
      if (this.onLoan.size === 0) this.idle.set(IDLE_MS);
      this.onLoan.add(key);
    }
    lease.serve();
    if (count === 0) lease.decide(false);
    else if (lease.waiters.length > 0 && !lease.asking) this.ask(key, lease, lease.waiters.length);
  }

  private lease(key: string, now: number): Lease {
    return this.leases.use(key, () => new Lease(this.current.burst, now));
  }

  private ask(key: string, lease: Lease, count: number): void {
    lease.asking = true;
    this.send({ kind: 'tokens', limit: this.key, key, count, unspent: lease.tokens });
  }

  private giveBack(key: string, count: number, answer: boolean): void {
    this.onLoan.delete(key);
    this.send({ kind: 'return', limit: this.key, key, count, answer });
  }

  /** The lender does not answer: each process lets its share of a burst pass, and tells, so that it is made good. */
  private onLate(): void {
    const now = this.now();
    for (const [key, deadline] of this.deadlines) {
      if (deadline > now) {
        this.late.set(deadline - now);
        return;
      }
      this.deadlines.delete(key);
      const lease = this.leases.peek(key);
      if (lease === undefined) continue;
      const share = Math.max(1, Math.floor(this.current.burst / this.processes));
      this.passUnasked(key, lease, Math.min(lease.waiters.length, share - lease.debt));
      lease.decide(false);
    }
  }

  private passUnasked(key: string, lease: Lease, count: number): void {
    if (count <= 0) return;
    lease.debt += count;
    this.send({ kind: 'spent', limit: this.key, key, count });
    lease.decide(true, count);
  }

  private onIdle(): void {
    const idleSince = this.now() - IDLE_MS;
    for (const key of this.onLoan) {
      const lease = this.leases.peek(key);
      if (lease === undefined || lease.asking || lease.usedAt > idleSince) continue;
      const { tokens } = lease;
      lease.tokens = 0;
      // They are there for all again.
      lease.left += tokens;
      this.giveBack(key, tokens, false);
    }
    if (this.onLoan.size > 0) this.idle.set(IDLE_MS);
  }

  private forgotten(lease: Lease, key: string): void {
    this.deadlines.delete(key);
    this.passUnasked(key, lease, lease.waiters.length);
    this.giveBack(key, lease.tokens, false);
  }
}
