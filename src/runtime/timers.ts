const TICK = 10;
const SLOTS = 1024;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Timers for everything that is awaited on the data path, in steps of 10 ms: setting one is a few assignments, where
 * `setTimeout` would make an object for each request.
 */
export class TimerWheel {
  /** Milliseconds of the wheel's clock, as of the last tick or {@link touch}. */
  now: number;
  private readonly slots: (Timer | undefined)[] = new Array(SLOTS).fill(undefined);
  private tick: number;
  private interval: NodeJS.Timeout | undefined;

  /** @param clock - monotonic, in milliseconds */
  constructor(private readonly clock: () => number = () => performance.now()) {
    this.now = clock();
    this.tick = Math.floor(this.now / TICK);
  }

  /** Turns by itself from now on. */
  start(): void {
    this.interval = setInterval(() => this.advance(), TICK);
  }

  stop(): void {
    clearInterval(this.interval);
  }

  /** The exact time, which timers set from here on start from. */
  touch(): number {
    this.now = this.clock();
    return this.now;
  }

  /** Fires what is due. */
  advance(): void {
    this.touch();
    const current = Math.floor(this.now / TICK);
    // After a long pause every slot is looked at once.
    this.tick = Math.max(this.tick, current - SLOTS);
    while (this.tick < current) {
      this.tick += 1;
      this.visit(this.tick % SLOTS);
    }
  }

  private visit(slot: number): void {
    let timer = this.slots[slot];
    this.slots[slot] = undefined;
    const due: Timer[] = [];
    while (timer !== undefined) {
      const { next } = timer;
      timer.unlinked();
      if (timer.at <= this.now) due.push(timer);
      else if (timer.at !== NEVER) this.link(timer);
      timer = next;
    }
    for (const one of due) one.fire();
  }

  /** @internal */
  link(timer: Timer): void {
    // Rounded up, so that nothing fires early; past slots come round again only after a whole turn.
    const tick = Math.max(Math.ceil(timer.at / TICK), this.tick + 1);
    timer.tick = tick;
    timer.slot = tick % SLOTS;
    timer.next = this.slots[timer.slot];
    timer.previous = undefined;
    if (timer.next !== undefined) timer.next.previous = timer;
    this.slots[timer.slot] = timer;
  }

  /** @internal */
  unlink(timer: Timer): void {
    if (timer.slot < 0) return;
    if (timer.previous !== undefined) timer.previous.next = timer.next;
    else this.slots[timer.slot] = timer.next;
    if (timer.next !== undefined) timer.next.previous = timer.previous;
    timer.unlinked();
  }
}

/** One timer, used again and again by its owner. */
export class Timer {
  /** @internal */
  at = NEVER;
  /** @internal */
  tick = 0;
  /** @internal */
  slot = -1;
  /** @internal */
  next: Timer | undefined;
  /** @internal */
  previous: Timer | undefined;

  constructor(
    private readonly wheel: TimerWheel,
    private readonly onDue: () => void,
  ) {}

  /** Calls back once, in `ms` milliseconds; replaces what was set before. */
  set(ms: number): void {
    this.at = this.wheel.now + ms;
    // A timer that is put off stays where it is, and is moved when its old slot comes up.
    if (this.slot >= 0) {
      if (this.at >= this.tick * TICK) return;
      this.wheel.unlink(this);
    }
    this.wheel.link(this);
  }

  /** Calls back no more, until it is set again. The wheel lets go of it when its slot comes up. */
  clear(): void {
    this.at = NEVER;
  }

  /** Calls back no more; the wheel lets go of it at once, and so of its owner. */
  drop(): void {
    this.at = NEVER;
    this.wheel.unlink(this);
  }

  /** @internal */
  fire(): void {
    // A timer that fired just before may have cleared or set this one.
    if (this.at > this.wheel.now) return;
    this.at = NEVER;
    this.onDue();
  }

  /** @internal */
  unlinked(): void {
    this.slot = -1;
    this.next = undefined;
    this.previous = undefined;
  }
}
