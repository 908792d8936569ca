import type { Verdict } from '../judging';
import type { Prepared } from '../prepared';
import type { Counts } from '../telemetry';
import type { BoundPort } from '../transport';
import { PrimaryLimits } from './limit-post';
import { machineNow } from './machine-clock';
import type { WorkerContext } from './messages';
import { Restarts } from './restarts';
import type { TargetName, TargetState } from './told-health';
import { WorkerProcess } from './worker-process';

/** How long workers may take to tell what they counted, in milliseconds; a busy one tells it the next time. */
const COUNT_MS = 500;
/** How long a worker may take to end beyond what its requests may, in milliseconds. */
const END_MS = 2_000;

/** What the workers serve. */
export interface Duty {
  /** The API, as JSON. */
  readonly api: string;
  /** The ports of the listeners by {@link portKey}. */
  readonly ports: ReadonlyMap<string, BoundPort>;
}

/** What a crew has from its primary. */
export interface CrewOwner {
  /** What is known of the targets. */
  states(): readonly TargetState[];
  /** What holds of the targets because of their requests. */
  verdicts(): readonly Verdict[];
  /** A worker has concluded something from its requests. @returns whether it holds for all */
  judged(verdict: Verdict): boolean;
  counted(worker: number, counts: Counts): void;
  /** A worker has ended unasked, and another one begins in a while. */
  lost(worker: number, how: string, delayMs: number): void;
  /** A worker that was started in place of one that ended serves, or could not. */
  replaced(problem?: string): void;
}

interface Slot {
  readonly number: number;
  readonly restarts: Restarts;
  worker: WorkerProcess | undefined;
  /** Until it is replaced. */
  timer?: NodeJS.Timeout;
}

/** The workers of an instance: all of them serve the same, and one that ends is replaced. */
export class Crew {
  private readonly slots: Slot[];
  private readonly limits: PrimaryLimits;
  private duty: Duty | undefined;
  private stopping = false;
  /** One change after the other: of what is served, or of who serves. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly program: string,
    private readonly context: WorkerContext,
    private readonly owner: CrewOwner,
  ) {
    this.slots = Array.from({ length: context.workers }, (_, number) => ({
      number,
      restarts: new Restarts(() => performance.now()),
      worker: undefined,
    }));
    this.limits = new PrimaryLimits(context.workers, (number, messages) =>
      this.slots[number].worker?.tell({ kind: 'limits', messages }),
    );
  }

  /** The processes that run. */
  get pids(): number[] {
    return this.workers.flatMap(({ pid }) => pid ?? []);
  }

  /**
   * Makes every worker ready to serve something else. Rejects where one of them cannot; then nothing has changed.
   * Nothing else changes until it is committed or abandoned.
   */
  async prepare(duty: Duty): Promise<Prepared> {
    let release = () => {};
    const before = this.turn;
    this.turn = new Promise<void>((resolve) => {
      release = resolve;
    });
    await before;
    if (this.duty === undefined) for (const slot of this.slots) this.start(slot);
    else if (this.workers.length === 0) await Promise.all(this.slots.map((slot) => this.replace(slot)));
    const { workers } = this;
    const abandon = async () => {
      await settled(workers.map((worker) => worker.ask({ kind: 'abandon' })));
      for (const worker of workers) worker.keepOnly(this.duty?.ports ?? new Map());
      release();
    };
    const commit = async () => {
      this.duty = duty;
      await this.serve(workers);
      for (const slot of this.slots) if (slot.worker === undefined) this.replaceLater(slot, 'before it served');
      release();
    };
    try {
      await Promise.all(workers.map((worker) => this.ready(worker, duty)));
      return { commit, abandon };
    } catch (error) {
      await abandon();
      throw error;
    }
  }

  /** Tells all workers of targets that have changed. */
  tell(states: readonly TargetState[]): void {
    const foundAt = machineNow();
    for (const worker of this.workers) worker.tell({ kind: 'health', states, foundAt });
  }

  /** Tells all workers of targets that were discovered and are there no more. */
  tellGone(targets: readonly TargetName[]): void {
    for (const worker of this.workers) worker.tell({ kind: 'gone', targets });
  }

  /** Has all workers tell what they counted. */
  async count(): Promise<void> {
    await settled(this.workers.map((worker) => worker.ask({ kind: 'count' }, COUNT_MS)));
  }

  /** Ends all workers, once their requests have ended or the time is over. */
  async stop(timeoutMs: number, gently: boolean): Promise<void> {
    this.stopping = true;
    for (const { timer } of this.slots) clearTimeout(timer);
    const { workers } = this;
    for (const worker of workers) worker.tell({ kind: 'stop', timeoutMs, gently });
    const timer = setTimeout(() => this.kill(), timeoutMs + END_MS);
    await Promise.all(workers.map(({ ended }) => ended));
    clearTimeout(timer);
  }

  /** Ends all workers at once; resolves once they are gone. */
  async kill(): Promise<void> {
    this.stopping = true;
    const { workers } = this;
    for (const worker of workers) worker.kill();
    await Promise.all(workers.map(({ ended }) => ended));
  }

  private get workers(): WorkerProcess[] {
    return this.slots.flatMap(({ worker }) => worker ?? []);
  }

  private start(slot: Slot): WorkerProcess {
    const { number } = slot;
    const worker: WorkerProcess = new WorkerProcess(this.program, this.context, {
      counted: (counts) => this.owner.counted(number, counts),
      judged: (verdict) => this.judged(worker, verdict),
      limits: (messages) => this.limits.hear(number, messages),
    });
    slot.worker = worker;
    slot.restarts.started();
    void worker.ended.then((how) => this.onEnd(slot, how));
    return worker;
  }

  /** What one concludes holds for all, or not even for itself. */
  private judged(judge: WorkerProcess, verdict: Verdict): void {
    if (this.owner.judged(verdict)) {
      for (const worker of this.workers) if (worker !== judge) worker.tell({ kind: 'verdict', verdict });
    } else judge.tell({ kind: 'verdict', verdict: { kind: 'returned', pool: verdict.pool, key: verdict.key } });
  }

  private async ready(worker: WorkerProcess, { api, ports }: Duty): Promise<void> {
    worker.hand(ports);
    await worker.ask({ kind: 'prepare', api });
  }

  /** A worker that cannot begin now that all others do ends, and is replaced. */
  private async serve(workers: readonly WorkerProcess[]): Promise<void> {
    const [states, verdicts] = [this.owner.states(), this.owner.verdicts()];
    const begin = async (worker: WorkerProcess) => {
      worker.keepOnly((this.duty as Duty).ports);
      await worker.ask({ kind: 'commit', states, verdicts }).catch(() => worker.kill());
    };
    await Promise.all(workers.map(begin));
  }

  private onEnd(slot: Slot, how: string): void {
    slot.worker = undefined;
    this.limits.left(slot.number);
    if (this.duty !== undefined) this.replaceLater(slot, how);
  }

  private replaceLater(slot: Slot, how: string): void {
    if (this.stopping || slot.timer !== undefined) return;
    const delay = slot.restarts.delay();
    this.owner.lost(slot.number, how, delay);
    slot.timer = setTimeout(() => {
      this.turn = this.turn.then(() => this.replace(slot));
    }, delay);
  }

  private async replace(slot: Slot): Promise<void> {
    clearTimeout(slot.timer);
    slot.timer = undefined;
    if (this.stopping) return;
    const worker = this.start(slot);
    try {
      await this.ready(worker, this.duty as Duty);
      await this.serve([worker]);
      this.owner.replaced();
    } catch (error) {
      worker.kill();
      this.owner.replaced((error as Error).message);
    }
  }
}

async function settled(all: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(all);
}
