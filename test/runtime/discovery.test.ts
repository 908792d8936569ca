import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RuntimeEvent, RuntimeOptions } from '../../src/runtime';
import { DnsServer } from './support/dns-server';
import { Peer } from './support/peer';
import { apiOf, serve, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const CHECK = { interval: '200ms', timeout: '200ms', healthyThreshold: 1, unhealthyThreshold: 100 };
/** How long a change in DNS, whose TTLs are a second, may take to be noticed on a loaded machine. */
const NOTICED = { timeout: 8_000, interval: 10 };

/** What `/status` tells, as far as it matters here. */
interface Status {
  readonly pools: { readonly web: readonly { target: string; tier: string; state: string }[] };
}

function apiWith(discover: object, route: object = {}, healthCheck: object = CHECK) {
  return apiOf({
    pools: { web: { discover, healthCheck } as never },
    routes: { all: { pool: 'web', ...route } },
    admin: { port: 2 },
  });
}

/** Serves, and listens to what happens. */
async function serveWith(api: ReturnType<typeof apiWith>, dns: DnsServer, transport: RuntimeOptions['transport']) {
  const events: RuntimeEvent[] = [];
  const onEvent = (event: RuntimeEvent) => void events.push(event);
  const { runtime, url } = await serve(api, { transport, nameServers: [dns.address], onEvent });
  const changes = () => events.filter((event) => event.kind === 'members');
  const joined = (target: string) => changes().some((change) => change.joined.includes(target));
  const left = (target: string) => changes().some((change) => change.left.includes(target));
  const members = async () => {
    const status = (await (await fetch(`${runtime.adminUrl}/status`)).json()) as Status;
    return status.pools.web.map(({ target, tier, state }) => `${tier} ${target} ${state}`);
  };
  const metrics = async () => (await fetch(`${runtime.adminUrl}/metrics`)).text();
  return { runtime, url, events, joined, left, members, metrics };
}

/** Asks over a connection of its own. */
async function ask(url: string): Promise<string> {
  const client = await Peer.to(url);
  client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  return client.all();
}

/** Who answers so many requests over one connection. */
async function answers(url: string, count: number): Promise<string[]> {
  const client = await Peer.to(url);
  const found: string[] = [];
  for (let i = 0; i < count; i++) {
    client.received = '';
    client.send(GET);
    found.push((await client.until(/\r\n\r\n./)).split('\r\n\r\n')[1]);
  }
  client.close();
  return found;
}

/** Plays a server that takes a little time over each request, so that some are always under way. */
function slowly(text: string): (peer: Peer) => void {
  return (peer) => {
    let taken = 0;
    peer.socket.on('data', () => {
      const requests = peer.received.split('\r\n\r\n').length - 1;
      for (; taken < requests; taken++) setTimeout(() => peer.send(ok(text)), 3);
    });
  };
}

/** Sends requests over several connections until it is told to stop; gives the statuses that came, with their numbers. */
function load(url: string): () => Promise<Record<string, number>> {
  let running = true;
  onTestFinished(() => {
    running = false;
  });
  const statuses: Record<string, number> = {};
  const clients = Array.from({ length: 8 }, async () => {
    const client = await Peer.to(url);
    while (running) {
      client.received = '';
      client.send(GET);
      const status = (await client.until(/\r\n\r\n./)).slice(9, 12);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    client.close();
  });
  return async () => {
    running = false;
    await Promise.all(clients);
    return statuses;
  };
}

describe.each(TRANSPORTS)('discovering over %s', (transport) => {
  it('lets members come and go under load without a failed request', { timeout: 30_000 }, async () => {
    const dns = await DnsServer.open();
    const a = await Upstream.open(slowly('a'), 0, '127.0.0.2');
    const [b, c] = await Promise.all(
      ['127.0.0.3', '127.0.0.4'].map((address) => Upstream.open(slowly(address), a.port, address)),
    );
    dns.host('web.test', ['127.0.0.2', '127.0.0.3']);
    const discover = { dns: 'web.test', port: a.port, interval: '1s' };
    // A retry would hide an attempt that fails.
    const { url, joined, left } = await serveWith(apiWith(discover, { retry: { attempts: 1 } }), dns, transport);
    const stop = load(url);
    const leaves = async (upstream: Upstream) => {
      await vi.waitUntil(() => left(upstream.address), NOTICED);
      // Its requests end, its idle connections are closed, and nobody connects any more.
      await vi.waitUntil(() => upstream.peers.every(({ ended }) => ended !== undefined), NOTICED);
      await upstream.close();
    };
    await vi.waitUntil(() => a.used > 0 && b.used > 0, NOTICED);
    dns.host('web.test', ['127.0.0.3', '127.0.0.4']);
    await leaves(a);
    await vi.waitUntil(() => c.used > 0, NOTICED);
    dns.host('web.test', ['127.0.0.4', '127.0.0.5']);
    await leaves(b);
    // It is known before it listens.
    await vi.waitUntil(() => joined(`127.0.0.5:${a.port}`), NOTICED);
    const d = await Upstream.open(slowly('d'), a.port, '127.0.0.5');
    await vi.waitUntil(() => d.used > 0, NOTICED);
    dns.host('web.test', ['127.0.0.5']);
    await leaves(c);
    const e = await Upstream.open(slowly('e'), a.port, '127.0.0.6');
    dns.host('web.test', ['127.0.0.6']);
    await leaves(d);
    await vi.waitUntil(() => e.used > 0, NOTICED);
    const statuses = await stop();
    expect(Object.keys(statuses)).toEqual(['200']);
  });

  it('has ports, shares and tiers from SRV records', async () => {
    const dns = await DnsServer.open();
    const [a, b, spare] = await Promise.all(['a', 'b', 'spare'].map((text) => Upstream.open(answering(ok(text)))));
    dns.host('one.test', ['127.0.0.1']);
    const record = ({ port }: Upstream, priority: number, weight: number) => ({
      host: 'one.test',
      port,
      priority,
      weight,
    });
    dns.reply('SRV _web._tcp.test', [record(a, 10, 3), record(b, 10, 1), record(spare, 20, 0)]);
    const api = apiWith({ dns: '_web._tcp.test', interval: '1s' });
    const { url, members } = await serveWith(api, dns, transport);
    expect((await members()).sort()).toEqual(
      [`web/-10 one.test:${a.port} up`, `web/-10 one.test:${b.port} up`, `web/-20 one.test:${spare.port} up`].sort(),
    );
    expect((await answers(url, 8)).sort().join('')).toBe('aaaaaabb');
    dns.reply('SRV _web._tcp.test', [record(a, 30, 1), record(spare, 20, 1)]);
    await vi.waitFor(
      async () =>
        expect(await members()).toEqual([`web/-20 one.test:${spare.port} up`, `web/-30 one.test:${a.port} up`]),
      NOTICED,
    );
    expect(await answers(url, 2)).toEqual(['spare', 'spare']);
  });

  it('answers as if nothing were available until there is a first member', async () => {
    const dns = await DnsServer.open();
    const upstream = await Upstream.open(answering(ok('found')));
    const discover = { dns: 'web.test', port: upstream.port, interval: '1s' };
    const { runtime, url, events, members } = await serveWith(apiWith(discover), dns, transport);
    expect(await ask(url)).toContain('HTTP/1.1 503');
    expect(await members()).toEqual([]);
    await runtime.reload(apiWith(discover, { fallback: { text: 'soon', status: 200 } }));
    expect(await ask(url)).toContain('soon');
    dns.host('web.test', ['127.0.0.1']);
    await vi.waitUntil(async () => (await ask(url)).includes('found'), NOTICED);
    expect(events.filter(({ kind }) => kind !== 'reload').slice(0, 2)).toEqual([
      { kind: 'members', pool: 'web', joined: [upstream.address], left: [] },
      { kind: 'tier', route: 'all', from: 'none', to: 'web' },
    ]);
  });

  it('keeps its members while lookups fail, over reloads as well', async () => {
    const dns = await DnsServer.open();
    const upstream = await Upstream.open(answering(ok('still')));
    dns.host('web.test', ['127.0.0.1'], 0);
    const discover = { dns: 'web.test', port: upstream.port, interval: '1s' };
    const { runtime, url, members, metrics } = await serveWith(apiWith(discover), dns, transport);
    const client = await Peer.to(url);
    client.send(GET);
    await client.until('still');
    const { used } = upstream;
    for (const reply of ['failure', 'unknown', []] as const) {
      for (const type of ['A', 'AAAA']) dns.reply(`${type} web.test`, reply);
      const asked = dns.questions.length;
      await vi.waitUntil(() => dns.questions.length > asked + 1, NOTICED);
      expect(await ask(url)).toContain('still');
    }
    for (const type of ['A', 'AAAA']) dns.reply(`${type} web.test`, 'silent');
    await runtime.reload(apiWith(discover));
    expect(await ask(url)).toContain('still');
    expect(await members()).toEqual([`web ${upstream.address} up`]);
    expect(upstream.used).toBe(used);
    expect(await metrics()).toMatch(/spillway_name_lookup_failures_total\{api="test",name="web.test"\} [1-9]/);
    expect(await metrics()).toContain('spillway_pool_members{api="test",pool="web"} 1');
  });

  it('lets a request end that a member answers while it leaves', async () => {
    const dns = await DnsServer.open();
    const leaving = await Upstream.open(undefined, 0, '127.0.0.2');
    await Upstream.open(answering(ok('next')), leaving.port, '127.0.0.3');
    dns.host('web.test', ['127.0.0.2']);
    const discover = { dns: 'web.test', port: leaving.port, interval: '1s' };
    const { url, left, metrics } = await serveWith(apiWith(discover), dns, transport);
    const client = await Peer.to(url);
    client.send(GET);
    const target = await leaving.request();
    dns.host('web.test', ['127.0.0.3']);
    await vi.waitUntil(() => left(leaving.address), NOTICED);
    expect(await ask(url)).toContain('next');
    target.send(ok('to the end'));
    await client.until('to the end');
    await target.end();
    expect(await metrics()).not.toContain('target="127.0.0.2');
  });

  it('tells of a member that has joined and is not up yet', async () => {
    const dns = await DnsServer.open();
    const upstream = await Upstream.open(answering(ok('here')), 0, '127.0.0.2');
    dns.host('web.test', ['127.0.0.2']);
    const discover = { dns: 'web.test', port: upstream.port, interval: '1s' };
    const { url, joined, members } = await serveWith(apiWith(discover), dns, transport);
    dns.host('web.test', ['127.0.0.2', '127.0.0.3']);
    await vi.waitUntil(() => joined(`127.0.0.3:${upstream.port}`), NOTICED);
    expect(await members()).toContain(`web 127.0.0.3:${upstream.port} joining`);
    expect(await answers(url, 4)).toEqual(['here', 'here', 'here', 'here']);
  });
});

it('starts although no name server says anything', async () => {
  const dns = await DnsServer.open();
  for (const type of ['A', 'AAAA']) dns.reply(`${type} web.test`, 'silent');
  const api = apiWith({ dns: 'web.test', port: 80 }, { fallback: { text: 'soon', status: 200 } });
  const { runtime, url } = await serveWith(api, dns, 'net');
  expect(await ask(url)).toContain('soon');
  await runtime.stop({ timeoutMs: 0 });
});
