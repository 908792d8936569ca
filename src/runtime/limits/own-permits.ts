import type { Permits, PermitsUser } from './permits';

/** The permits of an instance that is one process: a plain counter, exact. */
export class OwnPermits implements Permits {
  user: PermitsUser | undefined;
  inUse = 0;
  private waiting = 0;

  constructor(private most: number) {}

  get limit(): number {
    return this.most;
  }

  /** Is another one from now on; what is in use stays, even where it is more. */
  set limit(limit: number) {
    this.most = limit;
    this.offer();
  }

  get exhausted(): boolean {
    return this.inUse >= this.most;
  }

  tryAcquire(): boolean {
    if (this.inUse >= this.most) return false;
    this.inUse += 1;
    return true;
  }

  release(): void {
    this.inUse -= 1;
    this.offer();
  }

  want(waiting: number): void {
    this.waiting = waiting;
  }

  occupy(count: number): void {
    this.inUse += count;
  }

  private offer(): void {
    if (this.waiting > 0 && this.inUse < this.most) this.user?.onMore();
  }
}
