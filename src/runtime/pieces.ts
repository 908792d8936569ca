import { setImmediate as turn } from 'node:timers/promises';

/** How long requests may be held up by one piece, in milliseconds. */
const MOST_MS = 5;

/** Cuts work that takes long into pieces, between which requests have their turn. */
export class Pieces {
  private begunAt: number;

  constructor(private readonly clock: () => number = () => performance.now()) {
    this.begunAt = clock();
  }

  /** Asked for between any two steps of the work; resolves at once unless the steps since the last turn took long. */
  async next(): Promise<void> {
    if (this.clock() - this.begunAt < MOST_MS) return;
    await turn();
    this.begunAt = this.clock();
  }
}
