// Real HAProxy and Nginx in a scratch directory, for tests: started, waited for, reloaded and stopped.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as open } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitHaproxy } from '../../src/emit/haproxy';
import { emitNginx } from '../../src/emit/nginx';
import { type Api, plainText } from '../../src/model';

export type EngineName = 'haproxy' | 'nginx';

export const ENGINES: readonly EngineName[] = ['haproxy', 'nginx'];

/** A data plane that serves an API until it is stopped. */
export interface Engine {
  readonly name: EngineName;
  /** What it has written to its output so far. */
  said(): string;
  /** Ends the process and removes its directory. */
  stop(): Promise<void>;
}

/** Whether a program is installed. Where CI promises that it is, a missing one is an error. */
export function isInstalled(name: EngineName): boolean {
  const found = spawnSync(name, ['-v']).error === undefined;
  if (!found && process.env.CI === 'true') throw new Error(`${name} is not installed`);
  if (!found) console.warn(`skipped: ${name} is not installed`);
  return found;
}

/** The configuration of an API as it is written for a directory of its own. */
export function configuration(name: EngineName, api: Api, directory?: string): string {
  const [artifact] =
    name === 'haproxy' ? emitHaproxy(api) : emitNginx(api, directory === undefined ? {} : { directory });
  return plainText(artifact?.content ?? []) as string;
}

/** What the program itself says about a configuration; empty where it accepts it without a warning. */
export function check(name: EngineName, text: string): string {
  return inScratch((directory) => {
    const file = join(directory, 'configuration');
    writeFileSync(file, text);
    const command =
      name === 'haproxy'
        ? ['-c', '-q', '-f', file]
        : ['-t', '-q', '-p', directory, '-c', file, '-g', `pid ${directory}/nginx.pid;`];
    return withOutput(directory, (output, said) => {
      const { status } = spawnSync(name, command, { stdio: ['ignore', output, output] });
      return status === 0 ? said() : said() || `exit ${status}`;
    });
  });
}

/** Starts a program with an API's configuration; resolves once its first listener accepts connections. */
export async function start(name: EngineName, api: Api): Promise<Engine> {
  const directory = scratch();
  const file = join(directory, name === 'haproxy' ? 'haproxy.cfg' : 'nginx.conf');
  writeFileSync(file, configuration(name, api, directory));
  const command = name === 'haproxy' ? ['-db', '-f', file] : ['-p', directory, '-c', file, '-g', 'daemon off;'];
  const [child, said] = withOutput(directory, (output, said) => [
    spawn(name, command, { stdio: ['ignore', output, output] }),
    said,
  ]);
  // A test that is cut off leaves nothing behind.
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const stop = async () => {
    process.off('exit', endWithUs);
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const [listener] = Object.values(api.listeners);
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said()}`);
      return accepts(listener?.port as number);
    }, 'the listener accepts connections');
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, said, stop };
}

/** Polls until `probe` holds; fails after `timeout` ms. */
export async function eventually(
  probe: () => boolean | Promise<boolean>,
  what: string,
  timeout = 10_000,
): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await probe())) {
    if (Date.now() > end) throw new Error(`not within ${timeout} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-engine-'));
  // Nginx's workers are another user where the test runs as root.
  chmodSync(directory, 0o755);
  mkdirSync(join(directory, 'temp'), { mode: 0o777 });
  return directory;
}

function inScratch<Result>(use: (directory: string) => Result): Result {
  const directory = scratch();
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Output goes to a file: Nginx opens /dev/stdout by name, which it could not do with the sockets that Node gives. */
function withOutput<Result>(directory: string, use: (output: number, said: () => string) => Result): Result {
  const file = join(directory, 'output');
  const output = openSync(file, 'w');
  try {
    return use(output, () => readFileSync(file, 'utf8'));
  } finally {
    closeSync(output);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = open(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
