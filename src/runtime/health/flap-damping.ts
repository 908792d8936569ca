import type { HealthCheck } from '../../model';

/** How a target is held down: times in milliseconds. */
export type DampingSettings = NonNullable<HealthCheck['flapDamping']>;

/** How many times as long as the first one a hold in a row is at most. */
const LONGEST = 10;

/**
 * Holds a target down that goes up and down too often. A hold is in a row with the one before where the changes that led to
 * it began within a window after that one was over: then it is twice as long, up to ten times the length of the first.
 */
export class FlapDamping {
  /** Whether the target is held down. */
  held = false;
  /** How long the last hold is, in milliseconds. */
  ms = 0;
  /** When it is over. */
  private until = Number.NEGATIVE_INFINITY;
  /** When the target changed since the last hold. */
  private changes: number[] = [];

  /** The target has changed between up and down. @returns whether it is held down from now on */
  changed(now: number, { changes, window, holdDown }: DampingSettings): boolean {
    if (this.held) return false;
    this.changes = [...this.changes.filter((at) => now - at < window), now];
    if (this.changes.length < changes) return false;
    const inRow = this.changes[0] - this.until <= window;
    this.ms = inRow ? Math.min(this.ms * 2, holdDown * LONGEST) : holdDown;
    this.until = now + this.ms;
    this.held = true;
    this.changes = [];
    return true;
  }

  /** Lets go of the target where its time is over. */
  look(now: number): void {
    if (now >= this.until) this.held = false;
  }
}
