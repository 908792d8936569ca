import type { HealthCheck } from '../../model';

/** Probes one target again and again, the first time at once. */
export class HealthChecker {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /**
   * @param probe - tries the target once, and tells what went wrong
   * @param found - is told the result of each probe
   * @param random - from 0 up to 1
   */
  constructor(
    private readonly check: HealthCheck,
    private readonly probe: () => Promise<string | undefined>,
    private readonly found: (error: string | undefined) => void,
    private readonly random: () => number = Math.random,
  ) {}

  async start(): Promise<void> {
    const begun = performance.now();
    const error = await this.probe();
    if (this.stopped) return;
    this.found(error);
    // A probe that takes its time does not move the ones after it.
    const left = this.delay() - (performance.now() - begun);
    this.timer = setTimeout(() => this.start(), Math.max(0, left));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** The interval, longer or shorter by up to the jitter. */
  private delay(): number {
    const { interval, jitterPercent } = this.check;
    return interval * (1 + ((this.random() * 2 - 1) * jitterPercent) / 100);
  }
}
