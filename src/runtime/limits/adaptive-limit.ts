import type { Pool } from '../../model';

/** How a limit adapts. */
export type AdaptiveSettings = NonNullable<NonNullable<Pool['limits']>['adaptive']>;

/** What is looked at before the limit moves: so many answers at least, and so long in milliseconds, or as long as one takes. */
const LEAST_SAMPLES = 100;
const WINDOW_MS = 200;
/** How much of a step is taken with each window. */
const SMOOTHING = 0.2;
/** The most that a window can ask to take away: half. A few very slow answers are no reason for more. */
const LEAST_GRADIENT = 0.5;
/** How much of a window goes into what is usual. */
const LEARNING = 0.05;
/** After how many windows under pressure there is a trial, and at which part of the limit of the last one at the latest. */
const TRIAL_WINDOWS = 100;
const TRIAL_FALL = 0.7;
/** A trial goes down to where there is no queue at the targets, if the limit is where it settles; to half at least. */
const TRIAL_AIM = 0.8;
const LEAST_TRIAL = 0.5;
/** A trial that takes away less than this says too little. */
const MEANINGFUL = 0.8;
/** The window of a trial that is looked at: in those before, what was begun before the trial is answered. */
const TRIAL_WINDOW = 3;

interface Trial {
  /** Before it. */
  readonly estimate: number;
  readonly latency: number;
  /** Windows that have ended in it. */
  windows: number;
}

/**
 * A limit on requests at once that follows their latency, after the Gradient2 limit of Netflix's concurrency-limits: each
 * window's mean is compared with what is usual. Where it is slower than is tolerated, the limit shrinks in proportion; else
 * it grows by the square root of itself, so that there is always a little to queue at the targets and more is found out.
 *
 * It differs in what counts as usual. Gradient2 takes a long mean of everything: under an overload that lasts, the latency
 * that the limit itself allows becomes usual, and the limit grows without end. Here what is usual rises only with what is
 * measured while less than half of the limit is in use, and falls whenever answers are faster. Under pressure there is a
 * trial now and then, and when the limit has fallen far: for a moment much less is let in. Where answers become no faster by
 * it, it is not the limit that makes them slow, and so they are usual; where they do, what they are then is a better guess
 * at the usual than a higher one.
 */
export class AdaptiveLimit {
  private estimate: number;
  /** The usual latency in milliseconds; 0 before anything is known. */
  private usual = 0;
  private begunAt = 0;
  private samples = 0;
  private sum = 0;
  private peak = 0;
  /** The mean of the last window. */
  private latest = 0;
  private trial: Trial | undefined;
  /** Windows under pressure since the last trial, and the highest limit since then. */
  private pressedWindows = 0;
  private highest = 0;

  constructor(private settings: AdaptiveSettings) {
    this.estimate = this.bounded(settings.initial);
  }

  /** The limit now, a whole number. */
  get limit(): number {
    return Math.floor(this.estimate);
  }

  /** Goes on under other settings. */
  adopt(settings: AdaptiveSettings): void {
    this.settings = settings;
    this.endTrial(this.trial?.estimate ?? this.estimate);
  }

  /**
   * A request was answered.
   * @param milliseconds - until the answer began
   * @param inUse - how many were under way, this one included
   */
  sample(milliseconds: number, inUse: number, now: number): void {
    if (this.samples === 0) this.begunAt = now;
    this.samples += 1;
    this.sum += milliseconds;
    this.peak = Math.max(this.peak, inUse);
    if (this.samples < LEAST_SAMPLES || now - this.begunAt < Math.max(WINDOW_MS, this.latest)) return;
    this.latest = this.sum / this.samples;
    const pressed = this.peak >= this.estimate / 2;
    this.samples = 0;
    this.sum = 0;
    this.peak = 0;
    if (this.trial === undefined) this.move(this.latest, pressed);
    else this.tried(this.trial, this.latest, pressed);
  }

  /** @param pressed - whether at least half of the limit was in use */
  private move(latency: number, pressed: boolean): void {
    if (this.usual === 0) this.usual = latency;
    else if (!pressed || latency < this.usual) this.usual += (latency - this.usual) * LEARNING;
    // A limit that is hardly used says nothing about whether it is right.
    if (!pressed) return;
    const tolerated = this.usual * this.tolerance;
    const gradient = latency > 0 ? Math.max(LEAST_GRADIENT, Math.min(1, tolerated / latency)) : 1;
    const wanted = this.estimate * gradient + Math.sqrt(this.estimate);
    this.estimate = this.bounded(this.estimate + (wanted - this.estimate) * SMOOTHING);
    this.highest = Math.max(this.highest, this.estimate);
    this.pressedWindows += 1;
    if (this.pressedWindows >= TRIAL_WINDOWS || this.estimate < this.highest * TRIAL_FALL) this.try(latency);
  }

  private try(latency: number): void {
    const { estimate } = this;
    const less = this.bounded(estimate * Math.min(LEAST_TRIAL, TRIAL_AIM / this.tolerance));
    if (less <= estimate * MEANINGFUL) {
      this.trial = { estimate, latency, windows: 0 };
      this.estimate = less;
      return;
    }
    // Limiting has nothing left to give.
    this.usual = latency;
    this.endTrial(estimate);
  }

  private tried(trial: Trial, latency: number, pressed: boolean): void {
    trial.windows += 1;
    if (pressed && trial.windows < TRIAL_WINDOW) return;
    if (pressed) {
      // As fast as the limit is low, where they queue; as before, where they do not. What is nearer is taken to be so.
      const queued = (1 + this.estimate / trial.estimate) / 2;
      this.usual = latency > trial.latency * queued ? latency : Math.min(this.usual, latency);
    }
    this.endTrial(trial.estimate);
  }

  private endTrial(estimate: number): void {
    this.trial = undefined;
    this.pressedWindows = 0;
    this.estimate = this.bounded(estimate);
    this.highest = this.estimate;
  }

  private get tolerance(): number {
    return 1 + this.settings.tolerancePercent / 100;
  }

  private bounded(limit: number): number {
    const { min, max } = this.settings;
    return Math.max(min, Math.min(max, limit));
  }
}
