import type { Alarm, MakeAlarm } from './alarm';
import type { FromPermitBorrower, ToPermitBorrower } from './messages';
import { PERMIT_ANSWER_MS, type Permits, type PermitsUser } from './permits';

/** Below which part of an equal share a process asks for more, before it has none to spare. */
const SPARE_PART = 8;
/** To have more than these to spare would save no message worth saving. */
const MOST_SPARE = 32;

/**
 * The permits of an instance with several processes, as one of them uses them. It holds some, and uses or spares them. The
 * first one that asks gets an equal share, and far from the limit nothing more is said. One that has few to spare asks for
 * more, for which the others give half of theirs. Once somebody waits in vain all that is to spare is recalled, and stays
 * with the lender until there is enough for everybody again: near the limit each permit is asked for, and the answer is
 * exact.
 */
export class LeasedPermits implements Permits {
  user: PermitsUser | undefined;
  inUse = 0;
  /** In use or to spare. */
  private held = 0;
  private waiting = 0;
  /** The ask that is not answered; `undefined` where there is none. */
  private ask: { readonly turn: number; readonly need: boolean } | undefined;
  private turn = 0;
  /** Whether all that is to spare is to be given back. */
  private recalled = false;
  /** Whether the lender has said that there are none. */
  private none = false;
  /** Whether the lender is late with an answer; until it has come, its ask is not withdrawn. */
  private late = false;
  /** Fewer than these to spare are a reason to ask. */
  private least = 1;
  private readonly alarm: Alarm;

  /**
   * @param key - of the limit
   * @param processes - how many share it
   */
  constructor(
    private readonly key: string,
    private most: number,
    private readonly processes: number,
    private readonly send: (message: FromPermitBorrower) => void,
    makeAlarm: MakeAlarm,
  ) {
    this.alarm = makeAlarm(() => this.onLate());
    this.limit = most;
  }

  get limit(): number {
    return this.most;
  }

  /** Is another one from now on, here and, once it is told, for all. */
  set limit(limit: number) {
    const lower = limit < this.most;
    this.most = limit;
    this.least = this.mostSpare;
    this.send({ kind: 'join', limit: this.key, most: limit });
    // The new limit may leave no room for it.
    if (lower && this.spare > 0) this.give(this.spare, false);
  }

  get exhausted(): boolean {
    return this.none || this.late || this.inUse >= this.most;
  }

  tryAcquire(): boolean {
    if (this.inUse >= this.most) return false;
    if (this.inUse >= this.held) {
      this.askForSpare();
      return false;
    }
    this.inUse += 1;
    if (this.held - this.inUse < this.least) this.askForSpare();
    return true;
  }

  release(): void {
    this.inUse -= 1;
    this.offer();
  }

  want(waiting: number): void {
    this.waiting = waiting;
    if (waiting > 0) {
      if (this.ask?.need) return;
      this.askFor(waiting, true);
      if (!this.exhausted) this.alarm.set(PERMIT_ANSWER_MS);
    } else if (!this.late) this.withdraw();
  }

  occupy(count: number): void {
    this.held += count;
    this.inUse += count;
    this.send({ kind: 'give', limit: this.key, count: -count, answer: false });
  }

  /** What the lender says. */
  hear(message: ToPermitBorrower) {
    switch (message.kind) {
      case 'grant':
        return message.count > 0 ? this.granted(message.turn, message.count) : this.refused(message.turn);
      case 'recall':
        this.recalled ||= message.part === 'all';
        return this.give(message.part === 'all' ? this.spare : Math.floor(this.spare / 2), true);
      case 'free':
        this.recalled = false;
        this.none = false;
        this.least = this.mostSpare;
        return;
      case 'more':
        this.none = false;
    }
  }

  private get spare(): number {
    return this.held - this.inUse;
  }

  private get mostSpare(): number {
    return Math.max(1, Math.min(MOST_SPARE, Math.floor(this.most / this.processes / SPARE_PART)));
  }

  private granted(turn: number, count: number): void {
    this.held += count;
    if (turn === this.ask?.turn) this.answered();
    this.none = false;
    this.least = this.mostSpare;
    this.offer();
    if (this.waiting > 0 && this.ask === undefined) this.want(this.waiting);
  }

  private refused(turn: number): void {
    const { ask } = this;
    // It may answer an ask that another one has replaced since.
    if (ask?.turn !== turn) return;
    if (!ask.need) {
      this.answered();
      // Fewer and fewer, so that a process near the limit does not ask again and again.
      this.least = this.spare >> 1;
      return;
    }
    // The ask stands: the next ones that come free are granted.
    this.late = false;
    this.alarm.clear();
    this.none = true;
    if (this.waiting > 0) this.user?.onNone();
    if (this.waiting === 0) this.withdraw();
  }

  private withdraw(): void {
    if (!this.ask?.need) return;
    this.send({ kind: 'ask', limit: this.key, turn: this.turn, count: 0, need: true });
    this.answered();
  }

  private answered(): void {
    this.ask = undefined;
    this.late = false;
    this.alarm.clear();
  }

  /** Lets those who wait have what is to spare, and gives back what is recalled. */
  private offer(): void {
    if (this.waiting > 0 && this.spare > 0) this.user?.onMore();
    if (this.recalled && this.spare > 0) this.give(this.spare, false);
  }

  private give(count: number, answer: boolean): void {
    this.held -= count;
    // It may be had again.
    if (count > 0) this.none = false;
    this.send({ kind: 'give', limit: this.key, count, answer });
  }

  private askForSpare(): void {
    if (this.ask === undefined && !this.recalled) this.askFor(this.mostSpare, false);
  }

  private askFor(count: number, need: boolean): void {
    this.turn += 1;
    this.ask = { turn: this.turn, need };
    this.send({ kind: 'ask', limit: this.key, turn: this.turn, count, need });
  }

  private onLate(): void {
    if (!this.ask?.need) return;
    this.late = true;
    this.user?.onNone();
  }
}
