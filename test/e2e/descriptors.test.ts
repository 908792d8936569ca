import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseProcStat } from '../../bench/measuring/proc-stat';
import { MICROSECONDS_PER_TICK } from '../../bench/measuring/usage';
import { ask, http2Client } from '../runtime/support/http2-peer';
import { Peer } from '../runtime/support/peer';
import { TRANSPORTS } from '../runtime/support/serve';
import { fetchText, until } from '../support/processes';
import { childrenOf, metricOf, type Service, type ServiceOptions, startService } from '../support/service';

/** Room for 48 clients: two fifths of what is left beside 64 for other things. */
const DESCRIPTORS = 184;
const ROOM = 48;

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-descriptors-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A target that answers when it is told to, all at once. */
async function holding() {
  const held: ServerResponse[] = [];
  let open = false;
  const answer = (response: ServerResponse) => response.end('hello');
  const server = createServer((_, response) => (open ? answer(response) : held.push(response)));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const release = () => {
    open = true;
    for (const response of held.splice(0)) answer(response);
  };
  return { address: `127.0.0.1:${(server.address() as { port: number }).port}`, held, release };
}

function start(transport: string, address: string, options: Partial<ServiceOptions> = {}): Promise<Service> {
  return startService(
    {
      pools: { web: { targets: [{ address }], healthCheck: { type: 'tcp', interval: '1h' } } },
      routes: { all: { pool: 'web' } },
    },
    {
      directory,
      workers: 1,
      prelude: `ulimit -n ${DESCRIPTORS}`,
      env: { ...process.env, SPILLWAY_TRANSPORT: transport },
      ...options,
    },
  );
}

/** The part of a core that a worker uses over a second. */
async function busyness({ child }: Service): Promise<number> {
  const [worker] = childrenOf(child.pid as number);
  const used = () => {
    const { userTicks, systemTicks } = parseProcStat(readFileSync(`/proc/${worker}/stat`, 'utf8'));
    return (userTicks + systemTicks) * MICROSECONDS_PER_TICK;
  };
  const [cpu, begun] = [used(), performance.now()];
  await wait(1_000);
  return (used() - cpu) / 1_000 / (performance.now() - begun);
}

const gauge = async ({ adminUrl }: Service, start: string) => metricOf(await fetchText(`${adminUrl}/metrics`), start);

/** A connection that nobody reads from, and what became of it. */
function crowd(url: string): { outcome: 'connecting' | 'open' | 'closed'; close(): void } {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const one = { outcome: 'connecting' as 'connecting' | 'open' | 'closed', close: () => void socket.destroy() };
  socket.on('connect', () => {
    one.outcome = 'open';
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    one.outcome = 'closed';
  });
  socket.resume();
  onTestFinished(() => one.close());
  return one;
}

describe.each(TRANSPORTS)('with a small table of descriptors, over %s', (transport) => {
  it('turns clients away with 503 for which there is no room, and serves the others as before', async () => {
    const { address, held, release } = await holding();
    const service = await start(transport, address);
    const worker = childrenOf(service.child.pid as number);
    const clients = await Promise.all(Array.from({ length: ROOM }, () => Peer.to(service.url)));
    await until(
      async () => (await gauge(service, 'spillway_client_connections{')) === ROOM || undefined,
      'all clients are in',
    );

    const late = await Peer.to(service.url);
    late.send(GET);
    expect(await late.all()).toMatch(
      /^HTTP\/1\.1 503 Service Unavailable\r\n(?:.*\r\n)*Retry-After: 1\r\n(?:.*\r\n)*Connection: close\r\n/,
    );
    expect(late.ended).toBe('end');
    late.close();

    const others = Array.from({ length: 300 }, () => crowd(service.url));
    await until(() => others.every(({ outcome }) => outcome === 'closed') || undefined, 'none of the others stays');
    expect(await busyness(service)).toBeLessThan(0.3);

    // Each of them has need of a connection to the target, all at the same time.
    for (const client of clients) client.send(GET);
    await until(() => held.length === ROOM || undefined, 'all requests have come');
    release();
    for (const client of clients) expect(await client.until(/hello$/)).toMatch(/^HTTP\/1\.1 200 OK/);

    for (const client of clients) client.close();
    await until(
      async () => (await gauge(service, 'spillway_client_connections{')) === 0 || undefined,
      'all clients have left',
    );
    const next = await Peer.to(service.url);
    next.send(GET);
    expect(await next.until(/hello$/)).toMatch(/^HTTP\/1\.1 200 OK/);
    next.close();
    expect(await gauge(service, 'spillway_client_connections_turned_away_total{')).toBe(301);
    expect(childrenOf(service.child.pid as number)).toEqual(worker);
  });

  it('answers 503 where the table is full, blames no target, and goes on once it is not', async () => {
    const { address, held, release } = await holding();
    const service = await start(transport, address, { listener: { http2: true } });
    const [worker] = childrenOf(service.child.pid as number);
    const sessions = await Promise.all([1, 2].map(() => http2Client(service.url)));
    const asked = sessions.flatMap((session) => Array.from({ length: 100 }, () => ask(session, {})));
    const answers = Promise.all(asked.map(async (answer) => (await answer).status));
    await until(
      async () => (await gauge(service, 'spillway_http_requests_in_flight{')) === held.length || undefined,
      'what can be asked has been asked',
    );
    expect(readdirSync(`/proc/${worker}/fd`).length).toBeGreaterThanOrEqual(DESCRIPTORS);

    const others = Array.from({ length: 50 }, () => crowd(service.url));
    await until(() => others.every(({ outcome }) => outcome === 'closed') || undefined, 'nobody else gets in');
    expect(await busyness(service)).toBeLessThan(0.3);

    const full = held.length;
    expect(full).toBeGreaterThan(100);
    release();
    expect((await answers).sort()).toEqual([...Array(full).fill(200), ...Array(200 - full).fill(503)]);
    expect(await gauge(service, `spillway_target_requests_total{${blamed(address)}`)).toBe(0);
    const again = await Promise.all(sessions.map((session) => ask(session, {})));
    expect(again.map(({ status }) => status)).toEqual([200, 200]);
    const next = await Peer.to(service.url);
    next.send(GET);
    expect(await next.until(/hello$/)).toMatch(/^HTTP\/1\.1 200 OK/);
    next.close();
    expect(childrenOf(service.child.pid as number)).toEqual([worker]);
  });
});

function blamed(target: string): string {
  return `api="shop",tier="web",target="${target}",outcome="connect"`;
}
