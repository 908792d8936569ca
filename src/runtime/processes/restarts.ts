const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;
/** A worker that lived this long had started well: its end is the first of a new series. */
const SETTLED_AFTER = 10_000;

/** Decides how long to wait before a worker that died is started again. */
export class Restarts {
  private failures = 0;
  private startedAt = 0;

  constructor(private readonly now: () => number) {}

  started(): void {
    this.startedAt = this.now();
  }

  /** Milliseconds to wait: doubled with each early death in a row. */
  delay(): number {
    if (this.now() - this.startedAt >= SETTLED_AFTER) this.failures = 0;
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.failures);
    this.failures += 1;
    return delay;
  }
}
