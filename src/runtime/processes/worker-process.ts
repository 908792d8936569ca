import { type ChildProcess, fork, type SendHandle } from 'node:child_process';
import type { Verdict } from '../judging';
import type { FromBorrower } from '../limits';
import type { Counts } from '../telemetry';
import type { BoundHandle, BoundPort } from '../transport';
import type { FromWorker, ToWorker, WorkerContext } from './messages';

/** How long a worker may take to answer before it counts as stuck, in milliseconds. */
const ANSWER_MS = 30_000;

/** A message that is answered, as it is asked for. */
type Question =
  | Omit<Extract<ToWorker, { kind: 'prepare' }>, 'turn'>
  | Omit<Extract<ToWorker, { kind: 'commit' }>, 'turn'>
  | Omit<Extract<ToWorker, { kind: 'abandon' }>, 'turn'>
  | Omit<Extract<ToWorker, { kind: 'count' }>, 'turn'>;

/** Takes what a worker says unasked. */
export interface WorkerOwner {
  counted(counts: Counts): void;
  /** It has concluded something from its requests. */
  judged(verdict: Verdict): void;
  limits(messages: readonly FromBorrower[]): void;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/** A worker, as its primary sees it. */
export class WorkerProcess {
  /** How it ended, once it has. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private readonly ports = new Set<string>();
  private turn = 0;

  /**
   * @param program - as {@link programText} has it
   */
  constructor(
    program: string,
    context: WorkerContext,
    private readonly owner: WorkerOwner,
  ) {
    this.child = fork('-', ['worker'], { stdio: ['pipe', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
    // A worker that dies while it reads is told by its exit.
    this.child.stdin?.on('error', () => {}).end(program);
    this.child.on('message', (message: FromWorker) => this.take(message));
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => this.pid === undefined && resolve(error.message));
      this.child.once('exit', (code, signal) => {
        const tell = () => resolve(String(signal ?? code));
        // What it told before it ended may not have been read yet.
        if (this.child.connected) this.child.once('disconnect', tell);
        else tell();
      });
    });
    void this.ended.then((how) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`a worker ended (${how})`));
      this.waiting.clear();
    });
    this.tell({ kind: 'begin', context });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  tell(message: ToWorker, handle?: BoundHandle): void {
    // What cannot be sent is told by the exit.
    if (this.child.connected) this.child.send(message, handle as unknown as SendHandle, {}, () => {});
  }

  /** Hands it the ports that it does not have. */
  hand(ports: ReadonlyMap<string, BoundPort>): void {
    for (const [key, { port, handle }] of ports) {
      if (this.ports.has(key)) continue;
      this.ports.add(key);
      this.tell({ kind: 'port', key, port }, handle);
    }
  }

  /** It listens on these ports alone. */
  keepOnly(ports: ReadonlyMap<string, BoundPort>): void {
    for (const key of this.ports) if (!ports.has(key)) this.ports.delete(key);
  }

  /** Resolves once the worker has done it. Rejects where it could not, or has ended. */
  ask(question: Question, limitMs = ANSWER_MS): Promise<void> {
    const turn = this.turn++;
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.waiting.delete(turn);
        finish();
      };
      const late = () => settle(() => reject(new Error(`a worker did not answer within ${limitMs / 1000} s`)));
      const timer = setTimeout(late, limitMs);
      this.waiting.set(turn, {
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      });
      if (this.child.connected) this.tell({ ...question, turn });
      else this.waiting.get(turn)?.reject(new Error('a worker has ended'));
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private take(message: FromWorker) {
    if (message.kind === 'counts') return this.owner.counted(message.counts);
    if (message.kind === 'verdict') return this.owner.judged(message.verdict);
    if (message.kind === 'limits') return this.owner.limits(message.messages);
    const waiting = this.waiting.get(message.turn);
    if (message.kind === 'done') waiting?.resolve();
    else waiting?.reject(Object.assign(new Error(message.message), { code: message.code }));
  }
}
