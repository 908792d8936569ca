import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Api, parseApi } from '../../src/model';
import { type RuntimeEvent, RuntimeStartError, startRuntime } from '../../src/runtime';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** Asks once over a connection of its own. */
async function ask(url: string): Promise<string> {
  const client = await Peer.to(url);
  client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  return client.all();
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const upstream = await Upstream.open();
  await upstream.close();
  return upstream.port;
}

function withPorts(api: Api, ports: Record<string, number>): Api {
  const listeners = Object.fromEntries(
    Object.entries(api.listeners).map(([name, one]) => [name, { ...one, port: ports[name] ?? 0 }]),
  );
  return { ...api, listeners };
}

describe.each(TRANSPORTS)('operating over %s', (transport) => {
  it('moves to the standby when the checks find a target down, and back, and tells so', async () => {
    const standby = await Upstream.open(answering(ok('standby')));
    const first = await Upstream.open(answering(ok('first')));
    const events: RuntimeEvent[] = [];
    const api = apiOf({
      pools: {
        web: {
          targets: [{ address: first.address }, { address: standby.address, priority: -1 }],
          healthCheck: { interval: '50ms', timeout: '50ms', path: '/' },
        },
      },
      routes: { all: { pool: 'web' } },
      admin: { port: 2 },
    });
    const { runtime, url } = await serve(api, { transport, onEvent: (event) => events.push(event) });
    expect(await ask(url)).toContain('first');
    await first.close();
    const switched = (to: string) => vi.waitFor(() => expect(events.at(-1)).toMatchObject({ kind: 'tier', to }), 4_000);
    await switched('web/-1');
    expect(events).toEqual([
      { kind: 'target', pool: 'web', target: first.address, state: 'down', reason: 'ECONNREFUSED' },
      { kind: 'tier', route: 'all', from: 'web', to: 'web/-1' },
    ]);
    expect(await ask(url)).toContain('standby');
    const status = await (await fetch(`${runtime.adminUrl}/status`)).json();
    expect(status).toMatchObject({
      routes: { all: { tier: 'web/-1' } },
      pools: { web: [{ target: first.address, state: 'down', lastError: 'ECONNREFUSED' }, { state: 'up' }] },
    });
    const metrics = await (await fetch(`${runtime.adminUrl}/metrics`)).text();
    expect(metrics).toContain(`spillway_target_up{api="test",pool="web",target="${first.address}"} 0`);
    expect(metrics).toContain('spillway_tier_switches_total{api="test",route="all",from="web",to="web/-1"} 1');
    await Upstream.open(answering(ok('back')), first.port);
    await switched('web');
    expect(await ask(url)).toContain('back');
  });

  it('replaces what it serves between two requests of one connection', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map((text) => Upstream.open(answering(ok(text)))));
    const { runtime, url } = await serve(simpleApi([a.address]), { transport });
    const client = await Peer.to(url);
    client.send(GET);
    await client.until(/a$/);
    await runtime.reload(simpleApi([b.address]));
    client.send(GET);
    await client.until(/b$/);
    expect(runtime.addresses[0].url).toBe(url);
    await vi.waitFor(() => expect(a.peers.every(({ ended }) => ended !== undefined)).toBe(true));
  });

  it('lets a request that is under way end where it began', async () => {
    const [a, b] = await Promise.all([Upstream.open(), Upstream.open(answering(ok('b')))]);
    const { runtime, url } = await serve(simpleApi([a.address]), { transport });
    const client = await Peer.to(url);
    client.send(GET);
    const target = await a.request();
    await runtime.reload(simpleApi([b.address]));
    target.send(ok('from a'));
    await client.until('from a');
    await target.end();
  });

  it('keeps the connections and the health of targets that stay', async () => {
    const [gone, kept] = await Promise.all([
      Upstream.open(answering(ok('gone'))),
      Upstream.open(answering(ok('kept'))),
    ]);
    const events: RuntimeEvent[] = [];
    const onEvent = (event: RuntimeEvent) => void events.push(event);
    const api = simpleApi(
      [gone.address, kept.address],
      {},
      {},
      {
        pools: {
          web: {
            targets: [{ address: gone.address }, { address: kept.address }],
            healthCheck: { ...RARE_CHECK, unhealthyThreshold: 1 },
          },
        },
      },
    );
    await gone.close();
    const { runtime, url } = await serve(api, { transport, onEvent });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    const client = await Peer.to(url);
    client.send(GET);
    await client.until('kept');
    const used = kept.used;
    await runtime.reload(api);
    client.received = '';
    client.send(GET.repeat(3));
    await client.until((received) => received.split('kept').length === 4);
    expect(kept.used).toBe(used);
    expect(events.filter(({ kind }) => kind !== 'reload')).toHaveLength(1);
  });

  it('changes nothing where a new listener cannot open', async () => {
    const upstream = await Upstream.open(answering(ok('still')));
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const api = simpleApi([upstream.address]);
    const { runtime, url } = await serve({ ...api, admin: { address: '127.0.0.1', port: 0, keys: [] } }, { transport });
    const adminUrl = runtime.adminUrl;
    const listeners = {
      web: { address: '127.0.0.1', port: 1 },
      more: { address: '127.0.0.1', port: 2 },
      bad: { address: '127.0.0.1', port: 3 },
    };
    const next = withPorts(apiOf({ listeners, routes: {} }), { bad: port });
    const more = await freePort();
    next.listeners.more.port = more;
    await expect(runtime.reload(next)).rejects.toMatchObject({
      code: 'EADDRINUSE',
      listener: 'bad',
      address: '127.0.0.1',
      port,
    });
    expect(await ask(url)).toContain('still');
    expect(runtime.adminUrl).toBe(adminUrl);
    await expect(ask(`http://127.0.0.1:${more}`)).rejects.toThrow();
    expect(await (await fetch(`${adminUrl}/metrics`)).text()).toContain(
      'spillway_config_last_reload_successful{api="test"} 0',
    );
  });

  it('opens listeners that are added, and closes those that are gone once their requests have ended', async () => {
    const upstream = await Upstream.open();
    const [first, second] = [await freePort(), await freePort()];
    const api = (port: number) => withPorts(simpleApi([upstream.address]), { web: port });
    const { runtime } = await serve(api(first), { transport });
    const busy = await Peer.to(`http://127.0.0.1:${first}`);
    const idle = await Peer.to(`http://127.0.0.1:${first}`);
    busy.send(GET);
    const target = await upstream.request();
    await runtime.reload(api(second));
    expect(await idle.end()).toBe('end');
    await expect(Peer.to(`http://127.0.0.1:${first}`)).rejects.toThrow('ECONNREFUSED');
    target.send(ok('last'));
    expect(await busy.all()).toMatch(/Connection: close\r\n\r\nlast$/);
    (await Peer.to(`http://127.0.0.1:${second}`)).close();
  });

  it('lets requests end when it stops, and takes no others', async () => {
    const upstream = await Upstream.open();
    const { runtime, url } = await serve(simpleApi([upstream.address]), { transport });
    const [busy, idle] = await Promise.all([Peer.to(url), Peer.to(url)]);
    busy.send(GET);
    const target = await upstream.request();
    let stopped = false;
    const stopping = runtime.stop({ timeoutMs: 5_000 }).then(() => {
      stopped = true;
    });
    expect(await idle.end()).toBe('end');
    await expect(Peer.to(url)).rejects.toThrow();
    expect(stopped).toBe(false);
    target.send(ok('last'));
    expect(await busy.all()).toMatch(/Connection: close\r\n\r\nlast$/);
    await stopping;
    await target.end();
  });

  it('ends what is left when its time is over', async () => {
    const upstream = await Upstream.open();
    const { runtime, url } = await serve(simpleApi([upstream.address]), { transport });
    const client = await Peer.to(url);
    client.send(GET);
    await upstream.request();
    await runtime.stop({ timeoutMs: 50 });
    await client.end();
  });

  it('closes what it has opened when it cannot start', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const free = await freePort();
    const listeners = { a: { address: '127.0.0.1', port: free }, b: { address: '127.0.0.1', port } };
    const error = await startRuntime(parseApi({ version: 1, name: 'x', pools: {}, listeners }), { transport }).catch(
      (found) => found,
    );
    expect(error).toBeInstanceOf(RuntimeStartError);
    expect(error).toMatchObject({
      code: 'EADDRINUSE',
      listener: 'b',
      address: '127.0.0.1',
      port,
      message: `b cannot listen on 127.0.0.1:${port}: EADDRINUSE`,
    });
    await expect(Peer.to(`http://127.0.0.1:${free}`)).rejects.toThrow('ECONNREFUSED');
  });

  it('logs each request, to a file that a reload opens again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'spillway-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'access.log');
    const upstream = await Upstream.open(answering(ok('hi')));
    const api = simpleApi([upstream.address], {}, {}, { accessLog: { path, format: 'json' } });
    const { runtime, url } = await serve(api, { transport });
    const response = await ask(`${url}`);
    rmSync(path);
    await runtime.reload(api);
    const client = await Peer.to(url);
    client.send('GET /a?secret HTTP/1.1\r\nHost: Shop.test\r\nConnection: close\r\n\r\n');
    await client.all();
    await runtime.stop();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0])).toMatchObject({
      client: '127.0.0.1',
      method: 'GET',
      host: 'Shop.test',
      path: '/a',
      status: 200,
      bytes: response.length,
      route: 'all',
      tier: 'web',
      target: upstream.address,
      attempts: 1,
      fallback: false,
      reason: '',
    });
  });

  it('logs what it refuses as well, without a word that the client made up', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'spillway-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'access.log');
    const api = simpleApi(['127.0.0.1:9'], { path: '/a' }, {}, { accessLog: { path, samplePercent: 0 } });
    const { runtime, url } = await serve(api, { transport });
    const client = await Peer.to(url);
    client.send(`${GET}GET /\nX: 1\r\n\r\n`);
    await client.all();
    await runtime.stop();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { status: 404, method: 'GET', host: 'x', path: '/', reason: 'refused' },
      { status: 400, method: '', host: '', path: '', reason: 'refused' },
    ]);
  });

  it('counts requests by route, tier and status', async () => {
    const upstream = await Upstream.open(answering(ok('hi', '404 Not Found')));
    const api = simpleApi([upstream.address], { path: '/a' }, {}, { admin: { port: 2 } });
    const { runtime, url } = await serve(api, { transport });
    const client = await Peer.to(url);
    client.send(`GET /a HTTP/1.1\r\nHost: x\r\n\r\n${GET}bad\r\n\r\n`);
    await client.all();
    const text = await (await fetch(`${runtime.adminUrl}/metrics`)).text();
    for (const line of [
      'spillway_http_requests_total{api="test",route="all",tier="web",code="404"} 1',
      'spillway_http_request_duration_seconds_count{api="test",route="all"} 1',
      'spillway_http_requests_in_flight{api="test"} 0',
      `spillway_target_requests_total{api="test",tier="web",target="${upstream.address}",outcome="ok"} 1`,
      'spillway_bad_requests_total{api="test",code="404"} 1',
      'spillway_bad_requests_total{api="test",code="400"} 1',
      'spillway_config_last_reload_successful{api="test"} 1',
    ]) {
      expect(text).toContain(line);
    }
  });
});

it('tells that it drains', async () => {
  const upstream = await Upstream.open();
  const { runtime, url } = await serve(simpleApi([upstream.address], {}, {}, { admin: { port: 2 } }), {});
  const health = async () => {
    const response = await fetch(`${runtime.adminUrl}/healthz`);
    return [response.status, await response.json()];
  };
  expect(await health()).toEqual([200, { status: 'ok' }]);
  const client = await Peer.to(url);
  client.send(GET);
  const target = await upstream.request();
  const stopping = runtime.stop();
  expect(await health()).toEqual([503, { status: 'draining' }]);
  target.send(ok('done'));
  await stopping;
});

it('leaves nothing behind that keeps a process alive', async () => {
  const program = `
    const { startRuntime } = require('./src/runtime');
    const { parseApi } = require('./src/model');
    const api = structuredClone(parseApi({ version: 1, name: 'x', listeners: { web: { address: '127.0.0.1', port: 1 } },
      pools: { web: { targets: [{ address: '127.0.0.1:9' }] } }, routes: { all: { pool: 'web' } }, admin: { port: 2 } }));
    api.listeners.web.port = 0; api.admin.port = 0;
    startRuntime(api).then(async (runtime) => { await fetch(runtime.addresses[0].url); await runtime.stop(); process.stdout.write('stopped'); });`;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect([code, out]).toEqual([0, 'stopped']);
});
