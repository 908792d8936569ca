/** Does one piece of work after the other, in the order in which they were asked for. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Does a piece of work once those before it have ended, however they did. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.last.then(work);
    this.last = done.catch(() => {});
    return done;
  }

  /** Resolves once all that was asked for so far has ended. */
  ended(): Promise<unknown> {
    return this.last;
  }
}
