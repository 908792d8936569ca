import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** What a program printed, and how it ended. */
export interface Result {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeout?: number;
}

/** Runs a program to its end; a failure is a result like any other. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 64 * 1024 * 1024, timeout: 60_000, ...options }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal ?? null) : 0, stdout, stderr });
    });
  });
}

/** Looks again and again until a condition holds; fails with what was last seen. */
export async function until<Found>(
  look: () => Promise<Found | undefined> | Found | undefined,
  what: string,
  limit = 10_000,
): Promise<Found> {
  const started = performance.now();
  while (performance.now() - started < limit) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await wait(10);
  }
  throw new Error(`not within ${limit} ms: ${what}`);
}

/** Ports that nothing listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createTcpServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A server that answers on a port of its own, or on a given one. */
export async function serve(answer: RequestListener, port = 0): Promise<{ port: number; server: Server }> {
  const server = createServer(answer).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, server };
}

/** What a URL answers; `undefined` where nothing does. */
export async function fetchText(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { headers: { connection: 'close' } });
    return await response.text();
  } catch {
    return undefined;
  }
}

/** Starts a program; resolves once it has printed something that matches. */
export async function startUntil(
  command: string,
  args: readonly string[],
  pattern: RegExp,
  options: RunOptions = {},
): Promise<ChildProcess & { output: () => string }> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  await until(
    () => (pattern.test(output) || child.exitCode !== null ? true : undefined),
    `${command} prints ${pattern}`,
  );
  if (!pattern.test(output)) throw new Error(`${command} ended with ${child.exitCode}: ${output}`);
  return Object.assign(child, { output: () => output });
}

/** Ends a program that the test started, and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
  return child.exitCode;
}
