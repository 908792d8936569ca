import { Timer, type TimerWheel } from '../timers';

/** A request that was sent to a target and has not come to its end. */
export interface Cuttable {
  /** The time that its target had to finish is over: breaks it off. */
  cut(): void;
}

/** What is under way to a target, where that must be over within a time once the target leaves or drains. */
export class UnderWay {
  private readonly legs = new Set<Cuttable>();
  private readonly timer: Timer;
  private draining = false;

  /** @param timeout - how long what is under way may take from then on, in milliseconds */
  constructor(
    wheel: TimerWheel,
    public timeout: number,
  ) {
    this.timer = new Timer(wheel, () => {
      // One that is cut may end others.
      for (const leg of [...this.legs]) if (this.legs.has(leg)) leg.cut();
    });
  }

  add(leg: Cuttable): void {
    this.legs.add(leg);
  }

  delete(leg: Cuttable): void {
    this.legs.delete(leg);
  }

  /** The target gets no more requests. Told again, the time goes on. */
  drain(): void {
    if (this.draining) return;
    this.draining = true;
    this.timer.set(this.timeout);
  }

  /** It gets requests again. */
  resume(): void {
    this.draining = false;
    this.timer.drop();
  }
}
