import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endAtOnce } from './end-at-once';

const PROGRAM = join(__dirname, '..', '..', 'examples', 'quickstart', 'web.mjs');

/** A real web server of the example: a process that can be killed and started again. */
export class WebServer {
  private child: ChildProcess | undefined;

  constructor(
    readonly name: string,
    readonly port: number,
  ) {}

  /** Resolves as soon as it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, this.name, String(this.port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${this.name} ended with exit code ${code}: is port ${this.port} in use?`);
    });
    await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
    ended.catch(() => {});
  }

  /** Ends it at once, with whatever it was doing. Resolves when the process is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    await endAtOnce(child);
  }
}
