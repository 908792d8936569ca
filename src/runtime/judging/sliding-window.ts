const BUCKETS = 10;

/** Counts what came within the last while, in ten buckets: what is older is forgotten a tenth of the window at a time. */
export class SlidingWindow {
  total = 0;
  failures = 0;
  private readonly totals = new Float64Array(BUCKETS);
  private readonly failed = new Float64Array(BUCKETS);
  /** The tenth of a window that it is, counted from 0 of the clock. */
  private tenth = 0;

  /** @param ms - its length */
  constructor(readonly ms: number) {}

  add(failed: boolean, now: number): void {
    this.forget(now);
    const bucket = this.tenth % BUCKETS;
    this.total += 1;
    this.totals[bucket] += 1;
    if (!failed) return;
    this.failures += 1;
    this.failed[bucket] += 1;
  }

  clear(): void {
    this.total = 0;
    this.failures = 0;
    this.totals.fill(0);
    this.failed.fill(0);
  }

  private forget(now: number): void {
    const tenth = Math.floor((now * BUCKETS) / this.ms);
    const passed = Math.min(tenth - this.tenth, BUCKETS);
    for (let i = 1; i <= passed; i++) this.empty((this.tenth + i) % BUCKETS);
    if (passed > 0) this.tenth = tenth;
  }

  private empty(bucket: number): void {
    this.total -= this.totals[bucket];
    this.failures -= this.failed[bucket];
    this.totals[bucket] = 0;
    this.failed[bucket] = 0;
  }
}
