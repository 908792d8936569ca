import type { HealthCheck } from '../../model';

/** Probes one target again and again. */
export class HealthChecker {
  private timer: NodeJS.Timeout | undefined;
  /** When the next probe begins; `undefined` while one is under way. */
  private due: number | undefined;
  private stopped = false;

  /**
   * @param probe - tries the target once, and tells what went wrong
   * @param found - is told the result of each probe
   * @param random - from 0 up to 1
   */
  constructor(
    readonly check: HealthCheck,
    private readonly probe: () => Promise<string | undefined>,
    private readonly found: (error: string | undefined) => void,
    private readonly random: () => number = Math.random,
  ) {}

  /** Begins with a probe in a while, in milliseconds; 0: at once. */
  start(delayMs = 0): void {
    if (delayMs <= 0) void this.run();
    else this.wait(delayMs);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** In how many milliseconds the next probe begins; `undefined` while one is under way. */
  get dueIn(): number | undefined {
    return this.due === undefined ? undefined : Math.max(0, this.due - performance.now());
  }

  private async run(): Promise<void> {
    this.due = undefined;
    const begun = performance.now();
    const error = await this.probe();
    if (this.stopped) return;
    this.found(error);
    // A probe that takes its time does not move the ones after it.
    this.wait(this.delay() - (performance.now() - begun));
  }

  private wait(ms: number): void {
    // Node.js has a list of timers for each length; fractions would give each checker one of its own.
    const rounded = Math.max(0, Math.round(ms));
    this.due = performance.now() + rounded;
    this.timer = setTimeout(() => this.run(), rounded);
  }

  /** The interval, longer or shorter by up to the jitter. */
  private delay(): number {
    const { interval, jitterPercent } = this.check;
    return interval * (1 + ((this.random() * 2 - 1) * jitterPercent) / 100);
  }
}
