import { Timer, type TimerWheel } from '../timers';
import { afterAnswer, afterFailure, LEAST_MS, MOST_MS } from './schedule';

/** What came of asking: how long the answer is good, and whether some of it is missing. */
export interface Asked {
  /** In milliseconds; `undefined` where nobody says. */
  readonly ttlMs?: number;
  readonly failed: boolean;
}

/** Asks for one name again and again, as its TTL wants, later and later where it fails; never twice at once. */
export class Refresher {
  private readonly timer: Timer;
  private running: Promise<void> | undefined;
  private first: Promise<void> | undefined;
  private mostMs = MOST_MS;
  private askedAt = 0;
  private failures = 0;
  /** Whether nobody needs the name any more: what is still being asked for is of no use. */
  stopped = false;

  /**
   * @param ask - never rejects
   * @param random - from 0 up to 1
   */
  constructor(
    private readonly wheel: TimerWheel,
    private readonly ask: () => Promise<Asked>,
    private readonly random: () => number,
  ) {
    this.timer = new Timer(wheel, () => void this.refresh());
  }

  /** Asks if it never did; resolves once there is a first answer, or none. */
  learn(): Promise<void> {
    this.first ??= this.refresh();
    return this.first;
  }

  /** Asks now; resolves once there is an answer, or none. */
  refresh(): Promise<void> {
    this.running ??= this.run();
    return this.running;
  }

  /** Asks soon: something speaks against the last answer. Many may say so at once. */
  hurry(): void {
    if (this.stopped || this.running !== undefined || this.failures > 0) return;
    this.timer.set(Math.max(0, this.askedAt + LEAST_MS - this.wheel.touch()));
  }

  /** @param mostMs - the longest time between two questions, in milliseconds; five minutes until it is told */
  within(mostMs: number): void {
    const waits = this.first !== undefined && this.running === undefined;
    // The time that is set may be too late now.
    if (waits && mostMs < this.mostMs) this.timer.set(LEAST_MS);
    this.mostMs = mostMs;
  }

  /** Asks no more. */
  stop(): void {
    this.stopped = true;
    this.timer.drop();
  }

  private async run(): Promise<void> {
    this.askedAt = this.wheel.touch();
    this.timer.clear();
    const { ttlMs, failed } = await this.ask();
    this.running = undefined;
    if (this.stopped) return;
    this.failures = failed ? this.failures + 1 : 0;
    const answered = afterAnswer(ttlMs, this.mostMs, this.random());
    const delay = failed ? afterFailure(this.failures, this.mostMs, this.random()) : answered;
    this.wheel.touch();
    this.timer.set(ttlMs === undefined ? delay : Math.min(delay, answered));
  }
}
