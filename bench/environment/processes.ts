import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** Which side a process is on: the proxy has a core of its own; upstream and client share the other. */
export type Side = 'proxy' | 'client';

/** The core of whatever is measured. */
export const PROXY_CORE = 0;
const CORE: Record<Side, string> = { proxy: String(PROXY_CORE), client: '1' };
/** How long a process may take to end before it is killed, in milliseconds. */
const END_LIMIT = 3_000;
/** How long a client may take to end, in milliseconds: one that a proxy leaves without an answer would wait for ever. */
const OVERTIME = 15_000;

/** Whether processes can be held on cores of their own here. */
export const PINNED = availableParallelism() >= 2 && spawnSync('taskset', ['-c', '1', 'true']).status === 0;

/** A server that was started. */
export interface Server {
  readonly pid: number;
  /** @throws Error with what it said last, where it has ended */
  alive(): void;
  end(): Promise<void>;
}

/** Every process that the benchmark starts, so that all of them can be ended. */
export class Processes {
  private readonly running = new Set<ChildProcess>();
  private logs = 0;
  private ended = false;

  /** @param directory - where their output goes */
  constructor(private readonly directory: string) {}

  /** Starts a server, whose output goes to a file. */
  startServer(side: Side, program: string, args: readonly string[]): Server {
    this.logs += 1;
    const log = join(this.directory, `${this.logs}.log`);
    const output = openSync(log, 'w');
    const child = this.spawn(side, program, args, ['ignore', output, output]);
    closeSync(output);
    let failure: string | undefined;
    child.on('error', (error) => {
      failure = error.message;
    });
    return {
      pid: child.pid ?? 0,
      alive: () => {
        if (failure === undefined && this.running.has(child)) return;
        throw new Error(failure ?? this.reasonIn(readFileSync(log, 'utf8')) ?? `${program} ended at once`);
      },
      end: () => end(child),
    };
  }

  /** Starts a client; what it prints is read by the caller. */
  startClient(program: string, args: readonly string[]): ChildProcess {
    return this.spawn('client', program, args, ['pipe', 'pipe', 'pipe']);
  }

  /**
   * Runs a client that works for some seconds, and gives what it printed.
   * @param how - `interrupted` where it ends when it is asked to (SIGINT), not by itself
   * @throws Error with what it said, where it fails
   */
  async runClient(
    program: string,
    args: readonly string[],
    seconds: number,
    how: 'interrupted' | 'by itself' = 'by itself',
  ): Promise<string> {
    const child = this.startClient(program, args);
    const interrupt = setTimeout(() => how === 'interrupted' && child.kill('SIGINT'), seconds * 1000);
    let late = false;
    const limit = setTimeout(
      () => {
        late = true;
        child.kill('SIGKILL');
      },
      seconds * 1000 + OVERTIME,
    );
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
    }
    const [code, signal] = await once(child, 'close');
    clearTimeout(interrupt);
    clearTimeout(limit);
    if (code === 0) return texts.stdout;
    if (late) throw new Error(`${program} did not end: it waits for an answer`);
    throw new Error(
      `${program}: ${this.reasonIn(texts.stderr) ?? this.reasonIn(texts.stdout) ?? signal ?? `exit ${code}`}`,
    );
  }

  /** Ends whatever still runs; nothing can be started from now on. */
  async endAll(): Promise<void> {
    this.ended = true;
    await Promise.all([...this.running].map(end));
  }

  /** The line that says why a program has ended, without the directory, which is another one each time. */
  private reasonIn(output: string): string | undefined {
    const lines = output.trim().split('\n');
    const line = lines.find((candidate) => /error|emerg|alert|cannot|fail/i.test(candidate)) ?? lines.at(-1);
    return line?.replaceAll(`${this.directory}/`, '').replaceAll(/^proxy-\w+\//g, '') || undefined;
  }

  private spawn(
    side: Side,
    program: string,
    args: readonly string[],
    stdio: ('pipe' | 'ignore' | number)[],
  ): ChildProcess {
    if (this.ended) throw new Error('the benchmark is ending');
    // taskset becomes the program, so the process id is the program's.
    const [command, ...rest] = PINNED ? ['taskset', '-c', CORE[side], program, ...args] : [program, ...args];
    const child = spawn(command, rest, { stdio });
    this.running.add(child);
    const gone = () => this.running.delete(child);
    child.once('exit', gone).once('error', gone);
    return child;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT);
  await gone;
  clearTimeout(timer);
}
