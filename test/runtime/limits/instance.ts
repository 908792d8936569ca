import { LeasedLimits } from '../../../src/runtime/limits/leased-limits';
import { Lender } from '../../../src/runtime/limits/lender';
import type { FromBorrower, ToBorrower } from '../../../src/runtime/limits/messages';

interface Alarm {
  readonly due: () => void;
  at: number | undefined;
}

/** A process that uses limits, and its way to the lender and back; both keep the order of what is sent. */
export interface Process {
  limits: LeasedLimits;
  readonly toLender: FromBorrower[];
  readonly toProcess: ToBorrower[];
  alarms: Alarm[];
}

/** An instance of several processes without processes: messages arrive when the test says so, and time stands still. */
export class Instance {
  now = 0;
  readonly lender: Lender;
  readonly processes: Process[];

  constructor(private readonly count: number) {
    this.lender = new Lender(
      count,
      (to, message) => this.processes[to].toProcess.push(message),
      () => this.now,
    );
    this.processes = Array.from({ length: count }, () => this.born({ toLender: [], toProcess: [] }));
  }

  /** One message arrives, if there is one. */
  deliver(which: number, way: 'toLender' | 'toProcess'): void {
    const process = this.processes[which];
    if (way === 'toProcess') {
      const message = process.toProcess.shift();
      if (message !== undefined) process.limits.hear(message);
    } else {
      const message = process.toLender.shift();
      if (message !== undefined) this.lender.hear(which, message);
    }
  }

  /** Everything arrives, and what that leads to. */
  settle(): void {
    for (let i = 0; this.underWay > 0; i++) {
      if (i > 10_000) throw new Error('they talk without an end');
      for (const which of this.processes.keys()) {
        this.deliver(which, 'toLender');
        this.deliver(which, 'toProcess');
      }
    }
  }

  /** Messages that have not arrived. */
  get underWay(): number {
    return this.processes.reduce((sum, { toLender, toProcess }) => sum + toLender.length + toProcess.length, 0);
  }

  /** A process ends: what it has sent arrives, what was sent to it does not; another one takes its place. */
  die(which: number): void {
    const process = this.processes[which];
    while (process.toLender.length > 0) this.deliver(which, 'toLender');
    process.toProcess.length = 0;
    this.lender.left(which);
    process.toProcess.length = 0;
    this.processes[which] = this.born(process);
  }

  /** Time goes on; what is due rings, in its order. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = this.processes
        .flatMap(({ alarms }) => alarms)
        .filter(({ at }) => at !== undefined && at <= end)
        .sort((a, b) => (a.at as number) - (b.at as number))[0];
      if (due === undefined) break;
      this.now = due.at as number;
      due.at = undefined;
      due.due();
    }
    this.now = end;
  }

  private born({ toLender, toProcess }: Pick<Process, 'toLender' | 'toProcess'>): Process {
    const alarms: Alarm[] = [];
    const makeAlarm = (due: () => void) => {
      const alarm: Alarm = { due, at: undefined };
      alarms.push(alarm);
      return {
        set: (ms: number) => {
          alarm.at = this.now + ms;
        },
        clear: () => {
          alarm.at = undefined;
        },
      };
    };
    const limits = new LeasedLimits(
      this.count,
      (message) => toLender.push(message),
      () => this.now,
      makeAlarm,
    );
    return { limits, toLender, toProcess, alarms };
  }
}
