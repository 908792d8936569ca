import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ROOT } from './peers';
import { freePorts, startUntil } from './processes';

/** The bundled data plane. */
export const RUNTIME = join(ROOT, 'lib', 'runtime', 'spillway.js');

/** An API in a file, and the processes that serve it. */
export interface Service {
  readonly child: Awaited<ReturnType<typeof startUntil>>;
  readonly file: string;
  readonly url: string;
  readonly adminUrl: string;
  /** Replaces parts of the description. */
  write(words: object): void;
}

export interface ServiceOptions {
  readonly directory: string;
  readonly workers?: number;
  readonly program?: string;
  readonly args?: readonly string[];
  /** Left out: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** More words of the listener. */
  readonly listener?: object;
  /** A shell command that the program is started after, in the same process: it sets a limit, or says where output goes. */
  readonly prelude?: string;
}

/** Serves an API with `spillway.js run` until the test ends. */
export async function startService(words: object, options: ServiceOptions): Promise<Service> {
  const { directory, workers = 2, program = RUNTIME, args = [], env, listener, prelude } = options;
  const [port, admin] = await freePorts(2);
  const file = join(directory, `api-${port}.json`);
  const write = (more: object) => {
    const base = {
      version: 1,
      name: 'shop',
      listeners: { web: { address: '127.0.0.1', port, ...listener } },
      admin: { address: '127.0.0.1', port: admin },
      pools: {},
    };
    writeFileSync(file, JSON.stringify({ ...base, ...words, ...more }));
  };
  write({});
  const command = [process.execPath, program, 'run', file, '--workers', String(workers), ...args];
  const shell = prelude === undefined ? [] : ['sh', '-c', `${prelude}; exec "$0" "$@"`];
  const [first, ...rest] = [...shell, ...command];
  const child = await startUntil(first, rest, /serves web at/, { env });
  onTestFinished(() => {
    for (const pid of [child.pid as number, ...childrenOf(child.pid as number)]) kill(pid);
  });
  return { child, file, url: `http://127.0.0.1:${port}/`, adminUrl: `http://127.0.0.1:${admin}`, write };
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Whether a process runs; one that has ended and was not waited for does not. */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** The value of one line of metrics; 0 where it is not there. */
export function metricOf(metrics: string | undefined, start: string): number {
  const line = metrics?.split('\n').find((text) => text.startsWith(start));
  return Number(line?.split(' ').at(-1) ?? 0);
}
