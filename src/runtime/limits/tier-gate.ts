import type { PriorityClass } from '../../model';
import type { GateMetrics } from '../telemetry';
import { Timer, type TimerWheel } from '../timers';
import type { Gate, Waiter } from '../upstream';
import type { Permits } from './permits';
import { RANK, WaitingLine } from './waiting-line';

/**
 * The share of the limit that sheddable requests may fill: the rest is kept for a burst of the others, which then need not
 * wait for a place at all. With several processes it holds as far as one of them knows.
 */
const SHEDDABLE_SHARE = 0.9;

/** How requests wait at a limit. */
export interface QueueSettings {
  /** How many may wait. */
  readonly queue: number;
  /** How long, in milliseconds. */
  readonly queueTimeout: number;
}

/** The permits of a tier. */
export interface TierPermits extends Permits {
  /** A request was answered, which may change the limit. Left out: the limit is fixed. */
  answered?(milliseconds: number, now: number): void;
}

type Why = Parameters<Waiter['onTurnedAway']>[0];

/** The concurrency limit of a tier, and the queue before it. Nobody else uses its permits. */
export class TierGate implements Gate {
  private readonly line = new WaitingLine();
  private readonly timer: Timer;
  /** Whether the timer is set. */
  private timed = false;
  private admitting = false;

  constructor(
    private readonly wheel: TimerWheel,
    private readonly permits: TierPermits,
    private settings: QueueSettings,
    private readonly metrics: GateMetrics,
  ) {
    this.timer = new Timer(wheel, () => this.onDue());
    permits.user = { onMore: () => this.admit(), onNone: () => this.turnAwayExcess() };
  }

  /** Goes on under other settings, or with another limit. */
  adopt(settings: QueueSettings): void {
    this.settings = settings;
    this.timed = false;
    this.lineChanged();
    this.admit();
  }

  tryEnter(priority: PriorityClass): boolean {
    const rank = RANK[priority];
    if (this.line.length > 0 && this.line.ahead(rank) > 0) return false;
    if (rank === RANK.sheddable && this.barsSheddable) return false;
    if (!this.permits.tryAcquire()) return false;
    this.metrics.inFlight.value = this.permits.inUse;
    return true;
  }

  wait(waiter: Waiter, now: number): boolean {
    const { line } = this;
    const full = line.length >= this.roomFor(waiter);
    const last = full ? line.last : undefined;
    if (full && (last === undefined || RANK[last.priority] <= RANK[waiter.priority])) {
      this.metrics.overflowed('queueFull');
      return false;
    }
    if (last !== undefined) line.remove(last);
    line.add(waiter, now);
    this.lineChanged();
    if (last !== undefined) this.turnAway(last, 'displaced');
    return true;
  }

  cancel(waiter: Waiter): void {
    if (this.line.remove(waiter)) this.lineChanged();
  }

  leave(milliseconds: number, good: boolean): void {
    const { permits } = this;
    if (permits.answered !== undefined && good) {
      permits.answered(milliseconds, this.wheel.now);
      this.metrics.limit.value = permits.limit;
    }
    permits.release();
    this.metrics.inFlight.value = permits.inUse;
    if (this.line.length > 0) this.admit();
  }

  /** Whether a sheddable request would take a place that is kept for others. One place is for whoever comes. */
  private get barsSheddable(): boolean {
    const { inUse, limit } = this.permits;
    return inUse >= Math.max(1, Math.floor(limit * SHEDDABLE_SHARE));
  }

  /**
   * How many may wait if this one does. While the instance has not said that nothing is left, requests may wait for its
   * answer beyond the queue, as many as could be let in.
   */
  private roomFor({ priority }: Waiter): number {
    const { queue } = this.settings;
    const { exhausted, limit } = this.permits;
    return exhausted || (RANK[priority] === RANK.sheddable && this.barsSheddable) ? queue : queue + limit;
  }

  /** Lets in whom there is a place for. One who is let in may leave before the call returns. */
  private admit(): void {
    if (this.admitting) return;
    this.admitting = true;
    // How long they take is measured from here on.
    if (this.line.length > 0) this.wheel.touch();
    try {
      for (let next = this.takeNext(); next !== undefined; next = this.takeNext()) next.onAdmitted();
    } finally {
      this.admitting = false;
    }
    if (this.wanted === 0) this.turnAwayExcess();
    else this.permits.want(this.wanted);
  }

  private takeNext(): Waiter | undefined {
    const { first } = this.line;
    if (first === undefined || (RANK[first.priority] === RANK.sheddable && this.barsSheddable)) return undefined;
    if (!this.permits.tryAcquire()) return undefined;
    this.metrics.inFlight.value = this.permits.inUse;
    this.line.remove(first);
    this.lineChanged();
    return first;
  }

  /** Nothing is left: those beyond the queue have waited for no more than to know that. */
  private turnAwayExcess(): void {
    while (this.line.length > this.settings.queue) {
      const { last } = this.line;
      if (last === undefined) break;
      this.line.remove(last);
      this.turnAway(last, 'queueFull');
    }
    this.lineChanged();
  }

  private onDue(): void {
    this.timed = false;
    for (let due = this.line.oldest; due !== undefined; due = this.line.oldest) {
      if (due.since + this.settings.queueTimeout > this.wheel.now) break;
      this.line.remove(due.waiter);
      this.turnAway(due.waiter, 'queueTimeout');
    }
    this.lineChanged();
  }

  private turnAway(waiter: Waiter, why: Why): void {
    this.metrics.overflowed(why);
    waiter.onTurnedAway(why);
  }

  private lineChanged(): void {
    const { line, timer } = this;
    this.metrics.queue.value = line.length;
    this.permits.want(this.wanted);
    const { oldest } = line;
    if (oldest === undefined) {
      timer.clear();
      this.timed = false;
    } else if (!this.timed) {
      // For the oldest one alone: the timer need not move when it goes before.
      timer.set(oldest.since + this.settings.queueTimeout - this.wheel.now);
      this.timed = true;
    }
  }

  /** How many would take a place now; for others the instance would bring some in vain, again and again. */
  private get wanted(): number {
    return this.barsSheddable ? this.line.ahead(RANK.normal) : this.line.length;
  }
}
