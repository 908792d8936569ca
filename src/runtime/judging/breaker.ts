import type { Pool } from '../../model';
import { SlidingWindow } from './sliding-window';

/** Whether requests are let through: all, none, or a trickle. */
export type BreakerState = 'closed' | 'open' | 'halfOpen';

/** How a breaker judges: times in milliseconds. */
export type BreakerSettings = NonNullable<Pool['circuitBreaker']>;

/** Why a breaker opens. */
export type BreakerReason = 'failurePercent' | 'consecutiveFailures' | 'trial';

/**
 * A circuit breaker. Closed, it counts failures, and opens by their share or by their number in a row. Open, it lets nothing
 * through. After a while it is half-open: a few requests at once are let through on trial; enough successes in a row close
 * it, one failure opens it again. Nothing but real requests moves it: a probe that succeeds does not.
 */
export class Breaker {
  state: BreakerState = 'closed';
  /** Whether a request may be sent now. */
  admits = true;
  /** Changes with the state: what began in another one says nothing about this one. */
  round = 1;
  /** When {@link wake} is to be called, on the clock of its arguments; `undefined` while it is closed. */
  wakeAt: number | undefined;
  private window: SlidingWindow;
  /** Failures in a row while it is closed, successes in a row on trial. */
  private row = 0;
  private trials = 0;

  /** @param share - of the trial requests of an instance, where several processes serve it: a part of 1; at least one */
  constructor(
    private settings: BreakerSettings,
    private readonly share = 1,
  ) {
    this.window = new SlidingWindow(settings.window);
  }

  /** What it is for: one target, or the targets of a tier. */
  get scope(): BreakerSettings['scope'] {
    return this.settings.scope;
  }

  /** Goes on under other settings. */
  adopt(settings: BreakerSettings): void {
    this.settings = settings;
    if (settings.window !== this.window.ms) this.window = new SlidingWindow(settings.window);
  }

  /** A request is being sent. @returns what to hand to {@link ended} */
  began(): number {
    if (this.state === 'halfOpen') this.setTrials(this.trials + 1);
    return this.round;
  }

  /**
   * What began has come to its end.
   * @param failed - `undefined` where it says nothing
   * @returns why it opens; `undefined` where it does not
   */
  ended(failed: boolean | undefined, round: number, now: number): BreakerReason | undefined {
    // While it is open, requests are sent by those who ignore it: such as where so few targets are left that all are used.
    if (round !== this.round || this.state === 'open') return undefined;
    const reason = this.state === 'closed' ? this.count(failed, now) : this.tryOut(failed);
    if (reason !== undefined) this.open(now, this.settings.openFor);
    return reason;
  }

  /** Lets nothing through for so long, in milliseconds. */
  open(now: number, ms: number): void {
    this.change('open');
    this.wakeAt = now + ms;
    this.admits = false;
  }

  close(): void {
    this.change('closed');
    this.wakeAt = undefined;
    this.window.clear();
  }

  /** To be called at {@link wakeAt}, or later. */
  wake(now: number): void {
    if (this.wakeAt === undefined || now < this.wakeAt) return;
    if (this.state === 'open') this.change('halfOpen');
    // A trial that takes so long, such as an endless response, gives its place to another.
    else this.setTrials(0);
    this.wakeAt = now + this.settings.openFor;
  }

  private count(failed: boolean | undefined, now: number): BreakerReason | undefined {
    if (failed === undefined) return undefined;
    const { failurePercent, consecutiveFailures, minimumRequests } = this.settings;
    this.window.add(failed, now);
    this.row = failed ? this.row + 1 : 0;
    if (consecutiveFailures !== undefined && this.row >= consecutiveFailures) return 'consecutiveFailures';
    const { total, failures } = this.window;
    return total >= minimumRequests && failures * 100 >= failurePercent * total ? 'failurePercent' : undefined;
  }

  private tryOut(failed: boolean | undefined): BreakerReason | undefined {
    // Some may have given their places to others.
    this.setTrials(Math.max(this.trials - 1, 0));
    if (failed === undefined) return undefined;
    if (failed) return 'trial';
    this.row += 1;
    if (this.row >= this.settings.trialRequests) this.close();
    return undefined;
  }

  private setTrials(count: number): void {
    this.trials = count;
    this.admits = count < Math.max(1, Math.floor(this.settings.trialRequests * this.share));
  }

  private change(state: BreakerState): void {
    this.state = state;
    this.round += 1;
    this.row = 0;
    this.trials = 0;
    this.admits = true;
  }
}
