import type { PriorityClass } from '../../model';

/** A request that waits for a place. One of its two is called, once. */
export interface Waiter {
  readonly priority: PriorityClass;
  /** It has a place. */
  onAdmitted(): void;
  onTurnedAway(why: 'queueTimeout' | 'queueFull' | 'displaced'): void;
}

/** Bounds the requests that a tier has under way. */
export interface Gate {
  /** Takes a place; `false` where none is free, or others wait that go first. */
  tryEnter(priority: PriorityClass): boolean;
  /** Waits for a place; `false` where there is no room to wait. The waiter is never called from inside this call. */
  wait(waiter: Waiter, now: number): boolean;
  /** The waiter does not want it any more. */
  cancel(waiter: Waiter): void;
  /**
   * A place is given back.
   * @param milliseconds - until the answer began
   * @param good - whether that says something about how busy the targets are
   */
  leave(milliseconds: number, good: boolean): void;
}
