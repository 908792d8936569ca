import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endAtOnce } from './end-at-once';

const PROGRAM = join(__dirname, 'programs', 'target.mjs');

/** What a target does with requests. */
export interface Behaviour {
  readonly status?: number;
  /** How long it works at a request, in milliseconds. */
  readonly serviceMs?: number;
  /** How many requests it works at; all others wait. */
  readonly capacity?: number;
}

/** What a target has seen since it was last asked. */
export interface Seen {
  readonly requests: number;
  readonly bodies: readonly { readonly octets: number; readonly hash: string }[];
}

/** A target in a process of its own, which can be killed, stopped in its tracks and told how to behave. */
export class TargetProcess {
  private child: ChildProcess | undefined;

  constructor(
    readonly name: string,
    readonly port: number,
    private readonly initial: Behaviour = {},
  ) {}

  /** Resolves as soon as it listens. */
  async start(): Promise<void> {
    const child = fork(PROGRAM, [this.name, String(this.port)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    this.child = child;
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${this.name} ended with exit code ${code}`);
    });
    await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
    ended.catch(() => {});
    this.behave(this.initial);
  }

  behave(behaviour: Behaviour): void {
    this.child?.send(behaviour);
  }

  async seen(): Promise<Seen> {
    if (this.child === undefined) return { requests: 0, bodies: [] };
    const told = once(this.child, 'message');
    this.child.send('tell');
    return (await told)[0];
  }

  /** Stops it as it stands: its connections stay open, and nothing answers. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends it at once, with whatever it was doing. Resolves when the process is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    await endAtOnce(child);
  }
}
