import { Timer, type TimerWheel } from '../timers';

/** What a request waits for before it is sent on: one thing at a time, and a time at which it is over. */
export class Wait {
  private readonly timer: Timer;
  private due = () => {};
  private cancel: (() => void) | undefined;

  constructor(wheel: TimerWheel) {
    this.timer = new Timer(wheel, () => {
      this.cancel = undefined;
      this.due();
    });
  }

  /**
   * @param milliseconds - until `due` is called, which then ends by itself what else is waited for
   * @param cancel - ends it where nothing is waited for any more
   */
  start(milliseconds: number, due: () => void, cancel?: () => void): void {
    this.due = due;
    this.cancel = cancel;
    this.timer.set(milliseconds);
  }

  /** It came: the time does not matter any more. */
  over(): void {
    this.cancel = undefined;
    this.timer.clear();
  }

  /** It is not wanted any more. */
  stop(): void {
    const { cancel } = this;
    this.over();
    cancel?.();
  }
}
