import type { FromPermitBorrower, ToPermitBorrower } from './messages';

interface Ask {
  readonly turn: number;
  readonly count: number;
  readonly need: boolean;
  /** Whether the others were asked for theirs; where it is a need, also that the answer was that there are none. */
  refused: boolean;
}

interface Borrower {
  /** What it was granted and has not given back, as far as is known here: never less than what it uses. */
  held: number;
  ask: Ask | undefined;
  /** Whether it believes that there are none. */
  believesNone: boolean;
}

/** The permits of one limit, as the process sees them that lends them to the others: {@link LeasedPermits}. */
export class PermitPool {
  private readonly borrowers = new Map<number, Borrower>();
  /** Whose answer to the last recall has not come. */
  private readonly awaited = new Set<number>();
  /** Whether borrowers are to give back all that they have to spare. */
  private recalled = false;

  /**
   * @param key - of the limit
   * @param processes - how many borrowers there are once all have begun
   */
  constructor(
    private readonly key: string,
    private readonly processes: number,
    private readonly send: (to: number, message: ToPermitBorrower) => void,
    private most = 0,
  ) {}

  /** Whether nobody uses the limit. */
  get unused(): boolean {
    return this.borrowers.size === 0;
  }

  /** What a borrower says. */
  hear(from: number, message: FromPermitBorrower): void {
    if (message.kind === 'join') this.join(from, message.most);
    const borrower = this.borrowers.get(from);
    if (borrower === undefined) return;
    if (message.kind === 'ask') {
      const { turn, count, need } = message;
      borrower.ask = count === 0 ? undefined : { turn, count, need, refused: false };
    } else if (message.kind === 'give') {
      borrower.held -= message.count;
      if (message.answer) this.awaited.delete(from);
    }
    this.work();
  }

  /** A borrower is gone, with all that it held. */
  left(who: number): void {
    this.borrowers.delete(who);
    this.awaited.delete(who);
    this.work();
  }

  private get free(): number {
    let free = this.most;
    for (const { held } of this.borrowers.values()) free -= held;
    return free;
  }

  /** It gets none before it asks: by then all have told what was in use before there was a limit. */
  private join(who: number, most: number): void {
    this.most = most;
    if (this.borrowers.has(who)) return;
    this.borrowers.set(who, { held: 0, ask: undefined, believesNone: false });
    if (this.recalled) this.recallFrom(who, 'all');
  }

  private work() {
    this.serve((ask) => ask.need);
    const unmet = this.asking((ask) => ask.need);
    if (unmet.length > 0 || this.free < 0) return this.recallAll(unmet);
    if (this.recalled) return this.awaited.size === 0 ? this.relax() : undefined;
    this.serve((ask) => !ask.need);
    this.recallHalf(this.asking((ask) => !ask.need));
  }

  private asking(which: (ask: Ask) => boolean): [number, Borrower][] {
    return [...this.borrowers].filter(([, { ask }]) => ask !== undefined && which(ask));
  }

  /** Gives what there is to those who ask for it, in equal parts. */
  private serve(which: (ask: Ask) => boolean): void {
    let { free } = this;
    if (free <= 0) return;
    const asking = this.asking(which);
    for (const [i, [who, borrower]] of asking.entries()) {
      const { turn, count } = borrower.ask as Ask;
      // Where there are plenty, a process need not come back soon.
      const wanted = this.recalled ? count : Math.max(count, Math.floor(free / this.processes));
      const given = Math.min(wanted, Math.ceil(free / (asking.length - i)));
      free -= given;
      this.grant(who, borrower, turn, given);
    }
  }

  /** Somebody waits, or more are in use than there are by now: nobody may keep any to spare. */
  private recallAll(unmet: readonly [number, Borrower][]): void {
    for (const [who, borrower] of this.asking((ask) => !ask.need)) this.refuse(who, borrower);
    if (this.awaited.size > 0) return;
    if (!this.recalled) {
      this.recalled = true;
      for (const who of this.borrowers.keys()) this.recallFrom(who, 'all');
      return;
    }
    for (const [who, borrower] of unmet) if (!borrower.ask?.refused) this.refuse(who, borrower);
  }

  /** Nobody waits: lets everybody have some to spare once there are enough, and else tells that there are any. */
  private relax(): void {
    const { free, processes } = this;
    if (free < processes) {
      if (free > 0) this.tellMore();
      return;
    }
    this.recalled = false;
    for (const [who, borrower] of this.borrowers) {
      borrower.believesNone = false;
      this.send(who, { kind: 'free', limit: this.key });
      this.grant(who, borrower, 0, Math.floor(free / processes));
    }
  }

  private tellMore(): void {
    for (const [who, borrower] of this.borrowers) {
      if (!borrower.believesNone) continue;
      borrower.believesNone = false;
      this.send(who, { kind: 'more', limit: this.key });
    }
  }

  /** Somebody has few to spare: the others give half of theirs. */
  private recallHalf(unmet: readonly [number, Borrower][]): void {
    if (this.awaited.size > 0) return;
    for (const [who, borrower] of unmet) if (borrower.ask?.refused) this.refuse(who, borrower);
    const asking = unmet.filter(([, { ask }]) => ask !== undefined);
    if (asking.length === 0) return;
    for (const [, { ask }] of asking) (ask as Ask).refused = true;
    const [[first]] = asking;
    for (const [who, { held }] of this.borrowers)
      if (held > 0 && (asking.length > 1 || who !== first)) this.recallFrom(who, 'half');
    if (this.awaited.size === 0) this.recallHalf(asking);
  }

  private recallFrom(who: number, part: 'half' | 'all'): void {
    this.awaited.add(who);
    this.send(who, { kind: 'recall', limit: this.key, part });
  }

  private grant(who: number, borrower: Borrower, turn: number, count: number): void {
    if (count <= 0) return;
    borrower.held += count;
    borrower.believesNone = false;
    if (turn !== 0) borrower.ask = undefined;
    this.send(who, { kind: 'grant', limit: this.key, turn, count });
  }

  private refuse(who: number, borrower: Borrower): void {
    const ask = borrower.ask as Ask;
    this.send(who, { kind: 'grant', limit: this.key, turn: ask.turn, count: 0 });
    if (ask.need) {
      ask.refused = true;
      borrower.believesNone = true;
    } else borrower.ask = undefined;
  }
}
