import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TRANSPORTS } from '../runtime/support/serve';
import { fetchText, until } from '../support/processes';
import { childrenOf, metricOf, type Service, startService } from '../support/service';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-limits-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** A connection that has asked once: what became of it. */
interface Client {
  readonly socket: Socket;
  readonly outcome: Promise<'served' | string>;
}

function clientOf(url: string): Client {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(GET);
  const outcome = new Promise<string>((resolve) => {
    socket.once('data', (bytes) => resolve(/^HTTP\/1.1 200/.test(String(bytes)) ? 'served' : String(bytes)));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
    socket.once('close', () => resolve('closed'));
  });
  return { socket, outcome };
}

async function connectMany(url: string, count: number): Promise<{ served: Socket[]; outcomes: string[] }> {
  const clients = Array.from({ length: count }, () => clientOf(url));
  const outcomes = await Promise.all(clients.map(({ outcome }) => outcome));
  return { served: clients.filter((_, i) => outcomes[i] === 'served').map(({ socket }) => socket), outcomes };
}

function close(sockets: readonly Socket[]): Promise<unknown> {
  return Promise.all(
    sockets.map((socket) => {
      const closed = once(socket, 'close');
      socket.end();
      return closed;
    }),
  );
}

/** Connects until one more than before is served. */
async function servedOne(url: string): Promise<Socket> {
  return until(async () => {
    const { socket, outcome } = clientOf(url);
    return (await outcome) === 'served' ? socket : undefined;
  }, 'one more is served');
}

async function startLimited(connections: number | undefined, transport: string, workers = 2): Promise<Service> {
  const service = await startService(
    { routes: { all: { fallback: { status: 200, text: 'hello' } } } },
    { directory, workers, args: ['--transport', transport] },
  );
  if (connections !== undefined) await limit(service, connections, 1);
  return service;
}

/** Loads the file again with another limit. */
async function limit({ write, child, url }: Service, connections: number | undefined, reloads: number): Promise<void> {
  write({ listeners: { web: { address: '127.0.0.1', port: Number(new URL(url).port), limits: { connections } } } });
  child.kill('SIGHUP');
  await until(() => child.output().split('reloaded').length - 1 === reloads, 'the reload');
}

describe.each(TRANSPORTS)('a limit on connections of two workers (%s)', (transport) => {
  it('lets in as many as it says, refuses the others, and lets others in for those that leave', async () => {
    const { url, adminUrl } = await startLimited(50, transport);
    const { served, outcomes } = await connectMany(url, 200);
    expect(served).toHaveLength(50);
    expect(new Set(outcomes)).toEqual(new Set(['served', 'ECONNRESET']));
    const metrics = await fetchText(`${adminUrl}/metrics`);
    expect(metricOf(metrics, 'spillway_client_connections{')).toBe(50);
    expect(metricOf(metrics, 'spillway_client_connections_refused_total{')).toBe(150);
    // Those that are in go on undisturbed.
    for (const socket of served) socket.write(GET);
    for (const text of await Promise.all(served.map((socket) => once(socket, 'data'))))
      expect(String(text)).toMatch(/^HTTP\/1.1 200/);

    await close(served.slice(0, 10));
    const next: Socket[] = [];
    for (let i = 0; i < 10; i++) next.push(await servedOne(url));
    const { outcomes: more } = await connectMany(url, 20);
    expect(new Set(more)).toEqual(new Set(['ECONNRESET']));
  });

  it('lets others in for those of a worker that was killed', async () => {
    const { child, url, adminUrl } = await startLimited(20, transport);
    const clients = (await connectMany(url, 60)).served;
    expect(clients).toHaveLength(20);
    const counted = async () => metricOf(await fetchText(`${adminUrl}/metrics`), 'spillway_client_connections{');
    // One of them has clients, whichever it is.
    for (const [i, worker] of childrenOf(child.pid as number).entries()) {
      process.kill(worker, 'SIGKILL');
      const serves = () => child.output().split('a worker serves in its place').length === i + 2;
      await until(serves, 'another worker serves');
      const left = () => clients.filter(({ destroyed }) => !destroyed).length;
      await until(async () => (await counted()) === left(), 'the lost ones are known');
      const before = left();
      const next = (await connectMany(url, 60)).served;
      expect(next).toHaveLength(20 - before);
      clients.push(...next);
    }
    expect(clients.length).toBeGreaterThan(20);
  });
});

describe('another limit', () => {
  it('counts the connections that there are, whether it comes, rises, falls or goes', async () => {
    const service = await startLimited(undefined, 'raw');
    const { url } = service;
    const { served } = await connectMany(url, 12);
    expect(served).toHaveLength(12);
    await limit(service, 10, 1);
    expect((await connectMany(url, 10)).served).toHaveLength(0);
    await limit(service, 20, 2);
    const { served: more } = await connectMany(url, 40);
    expect(more).toHaveLength(8);
    await limit(service, 5, 3);
    expect((await connectMany(url, 10)).served).toHaveLength(0);
    await close(served);
    expect((await connectMany(url, 10)).served).toHaveLength(0);
    await close(more);
    await servedOne(url);
    expect((await connectMany(url, 10)).served).toHaveLength(4);
    await limit(service, undefined, 4);
    expect((await connectMany(url, 30)).served).toHaveLength(30);
  });
});
