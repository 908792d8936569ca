import { describe, expect, it } from 'vitest';
import type { PriorityClass } from '../../src/model';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`;

/** What stands behind the name of a field. */
const field = (response: string, name: string) => new RegExp(`^${name}: (.*)\r$`, 'im').exec(response)?.[1];

describe.each(TRANSPORTS)('an API under too much load over %s', (transport) => {
  /** Pools by the addresses of their targets, and routes by their paths. */
  function start(pools: Record<string, { address: string; limits?: object }>, routes: Record<string, object>) {
    const api = apiOf({
      pools: Object.fromEntries(
        Object.entries(pools).map(([name, { address, ...rest }]) => [
          name,
          { targets: [{ address }], healthCheck: RARE_CHECK, ...rest },
        ]),
      ),
      routes: Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, { path: `/${name}`, ...route }])),
      admin: { address: '127.0.0.1', port: 2 },
    });
    return serve(api, { transport });
  }

  async function sent(url: string, path: string): Promise<Peer> {
    const client = await Peer.to(url);
    client.send(get(path));
    return client;
  }

  /** The next request that a target gets, as the path of it and how to answer. */
  async function asked(upstream: Upstream) {
    const peer = await upstream.request();
    return { path: peer.received.split(' ')[1], peer };
  }

  async function metric(adminUrl: string | undefined, line: string): Promise<number> {
    const text = await (await fetch(`${adminUrl}/metrics`)).text();
    return Number(
      text
        .split('\n')
        .find((one) => one.startsWith(line))
        ?.slice(line.length),
    );
  }

  /** Waits until a metric has a value. */
  async function until(adminUrl: string | undefined, line: string, value: number): Promise<void> {
    await expect.poll(() => metric(adminUrl, line), { timeout: 4_000 }).toBe(value);
  }

  it('lets critical requests go first, then normal ones, then sheddable ones', async () => {
    const upstream = await Upstream.open();
    const classes: PriorityClass[] = ['sheddable', 'normal', 'critical'];
    const { url, runtime } = await start(
      { web: { address: upstream.address, limits: { concurrency: 1, queue: 9, queueTimeout: '1m' } } },
      Object.fromEntries(classes.map((priorityClass) => [priorityClass, { pool: 'web', priorityClass }])),
    );
    const first = await sent(url, '/normal');
    const { peer } = await asked(upstream);
    const queue = 'spillway_queue_length{api="test",tier="web"} ';
    const clients: Peer[] = [];
    for (const [i, priorityClass] of classes.entries()) {
      clients.push(await sent(url, `/${priorityClass}`));
      await until(runtime.adminUrl, queue, i + 1);
    }
    const paths: string[] = [];
    for (const client of [first, ...clients.reverse()]) {
      await peer.until((received) => received.split('\r\n\r\n').length - 2 === paths.length);
      paths.push(peer.received.split('\r\n\r\n').at(-2)?.split(' ')[1] as string);
      peer.send(ok(paths.at(-1) as string));
      await client.until(paths.at(-1) as string);
    }
    expect(paths).toEqual(['/normal', '/critical', '/normal', '/sheddable']);
    await until(runtime.adminUrl, queue, 0);
    await until(runtime.adminUrl, 'spillway_concurrency_in_flight{api="test",tier="web"} ', 0);
  });

  it('overflows to the next tier, by what does not fit and no more', async () => {
    const [first, second] = [await Upstream.open(), await Upstream.open(answering(ok('second')))];
    const { url } = await start(
      { live: { address: first.address, limits: { concurrency: 1 } }, standby: { address: second.address } },
      { all: { tiers: ['live', 'standby'] } },
    );
    const fits = await sent(url, '/all');
    const { peer } = await asked(first);
    for (let i = 0; i < 3; i++) await (await sent(url, '/all')).until('second');
    peer.send(ok('first'));
    await fits.until('first');
    const next = await sent(url, '/all');
    await peer.until((received) => received.split('GET').length === 3);
    peer.send(ok('again'));
    await next.until('again');
  });

  it('overflows whoever has waited too long', async () => {
    const [first, second] = [await Upstream.open(), await Upstream.open(answering(ok('second')))];
    const { url, runtime } = await start(
      {
        live: { address: first.address, limits: { concurrency: 1, queue: 1, queueTimeout: '50ms' } },
        standby: { address: second.address },
      },
      { all: { tiers: ['live', 'standby'] } },
    );
    await sent(url, '/all');
    await asked(first);
    await (await sent(url, '/all')).until('second');
    const overflows = 'spillway_tier_overflows_total{api="test",tier="live",reason="queueTimeout"} ';
    expect(await metric(runtime.adminUrl, overflows)).toBe(1);
  });

  it('sheds what fits nowhere, and says when to come again', async () => {
    const upstream = await Upstream.open();
    const { url } = await start(
      { web: { address: upstream.address, limits: { concurrency: 1 } } },
      { all: { pool: 'web' } },
    );
    await sent(url, '/all');
    await asked(upstream);
    const response = await (await sent(url, '/all')).until('\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1\.1 503 /);
    expect(Number(field(response, 'retry-after'))).toBeGreaterThan(0);
  });

  it('gives a place back when a client leaves, whether it waits or is served', async () => {
    const upstream = await Upstream.open();
    const { url, runtime } = await start(
      { web: { address: upstream.address, limits: { concurrency: 1, queue: 2, queueTimeout: '1m' } } },
      { all: { pool: 'web' } },
    );
    const served = await sent(url, '/all');
    await asked(upstream);
    const waits = await sent(url, '/all');
    const queue = 'spillway_queue_length{api="test",tier="web"} ';
    await until(runtime.adminUrl, queue, 1);
    waits.socket.resetAndDestroy();
    await until(runtime.adminUrl, queue, 0);
    const next = await sent(url, '/all');
    await until(runtime.adminUrl, queue, 1);
    served.socket.resetAndDestroy();
    (await asked(upstream)).peer.send(ok('next'));
    await next.until('next');
  });

  it('opens no more connections to a target than it may have, and uses those again', async () => {
    const [a, b] = [await Upstream.open(), await Upstream.open()];
    const api = simpleApi([a.address, b.address], {});
    Object.assign(api.pools.web, { limits: { queue: 0, queueTimeout: 500, connectionsPerTarget: 1 } });
    const { url } = await serve(api, { transport });
    const clients = [await sent(url, '/1'), await sent(url, '/2')];
    const peers = [(await asked(a)).peer, (await asked(b)).peer];
    expect(await (await sent(url, '/3')).until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 503 /);
    for (const peer of peers) peer.send(ok('done'));
    for (const client of clients) await client.until('done');
    const next = await sent(url, '/4');
    const again = (peer: Peer) => peer.until('/4').then(() => peer.send(ok('again')));
    await Promise.race(peers.map(again));
    await next.until('again');
    expect([a.used, b.used]).toEqual([1, 1]);
  });

  it('bounds the requests of each client, and tells the limit with every response', async () => {
    const upstream = await Upstream.open(answering(ok('hello')));
    const { url, runtime } = await start(
      { web: { address: upstream.address } },
      { all: { pool: 'web', rateLimit: { requests: 2, per: '1h', key: 'header:X-Key' } } },
    );
    const client = await Peer.to(url);
    const ask = async (key: string) => {
      client.received = '';
      client.send(get('/all', `X-Key: ${key}\r\n`));
      const response = await client.until(/\r\n\r\n.+$/s);
      return [response.split(' ')[1], field(response, 'ratelimit-policy'), field(response, 'ratelimit')];
    };
    const policy = '"all";q=2;w=3600';
    expect(await ask('a')).toEqual(['200', policy, '"all";r=1;t=1800']);
    expect(await ask('a')).toEqual(['200', policy, '"all";r=0;t=1800']);
    expect(await ask('a')).toEqual(['429', policy, '"all";r=0;t=1800']);
    expect(field(client.received, 'retry-after')).toBe('1800');
    expect(await ask('b')).toEqual(['200', policy, '"all";r=1;t=1800']);
    const denied = 'spillway_ratelimit_decisions_total{api="test",route="all",decision="deny"} ';
    expect(await metric(runtime.adminUrl, denied)).toBe(1);
  });

  it('keeps over a reload who is inside, who waits, and what clients have used', async () => {
    const upstream = await Upstream.open();
    const parts = (concurrency: number) => {
      const rateLimit = { requests: 3, per: '1h' };
      const api = simpleApi([upstream.address], { rateLimit }, {}, { admin: { address: '127.0.0.1', port: 2 } });
      Object.assign(api.pools.web, { limits: { concurrency, queue: 1, queueTimeout: 60_000 } });
      return api;
    };
    const { url, runtime } = await serve(parts(1), { transport });
    await sent(url, '/1');
    await asked(upstream);
    const waits = await sent(url, '/2');
    await until(runtime.adminUrl, 'spillway_queue_length{api="test",tier="web"} ', 1);
    await runtime.reload(parts(2));
    const second = await asked(upstream);
    expect(second.path).toBe('/2');
    second.peer.send(ok('two'));
    await waits.until('two');
    await sent(url, '/3');
    await second.peer.until('/3');
    expect(await (await sent(url, '/4')).until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 429 /);
  });
});
