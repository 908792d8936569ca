import { describe, expect, it } from 'vitest';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, closedAddress, ok, Upstream } from './support/upstream';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody';

/** Reads requests and resets the connection. */
const resetting = (peer: Peer) => peer.socket.on('data', () => peer.socket.resetAndDestroy());
/** Reads requests and says nothing. */
const silent = () => {};

describe.each(TRANSPORTS)('attempts over %s', (transport) => {
  /** One client, and targets that a pool tries in this order: the priorities fall. */
  async function start(targets: readonly string[], route: object = {}, limits: object = {}) {
    const ordered = targets.map((address, index) => ({ address, priority: -index }));
    const { url, runtime } = await serve(simpleApi(ordered, route, limits), { transport });
    return { runtime, url, client: await Peer.to(url) };
  }

  it.each([
    ['refuses', undefined],
    ['resets', resetting],
    ['closes', (peer: Peer) => peer.socket.on('data', () => peer.socket.end())],
    ['answers garbage', (peer: Peer) => peer.socket.on('data', () => peer.send('garbage\r\n\r\n'))],
    [
      'answers two lengths',
      (peer: Peer) =>
        peer.socket.on('data', () => peer.send('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx')),
    ],
    [
      'breaks off in the head',
      (peer: Peer) => peer.socket.on('data', () => peer.socket.end('HTTP/1.1 200 OK\r\nCont')),
    ],
    [
      'changes the protocol',
      (peer: Peer) => peer.socket.on('data', () => peer.send('HTTP/1.1 101 Switching Protocols\r\n\r\n')),
    ],
  ])('tries the next tier when a target %s', async (_, play) => {
    const first = play === undefined ? await closedAddress() : (await Upstream.open(play)).address;
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([first, second.address]);
    client.send(GET);
    expect(await client.until('second')).toBe(ok('second'));
  });

  it('tries the next tier when a name has no address', async () => {
    const named = await Upstream.open(answering(ok('named')));
    const { client } = await start(['unknown.invalid:80', `localhost:${named.port}`]);
    client.send(GET);
    expect(await client.until('named')).toBe(ok('named'));
  });

  it('tries the next tier when a target does not answer in time', async () => {
    const first = await Upstream.open(silent);
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([first.address, second.address], { retry: { perTryTimeout: '50ms' } });
    client.send(GET);
    await client.until('second');
    await first.peers.at(-1)?.end();
  });

  it('tries another target of the tier before the next tier', async () => {
    const dead = await closedAddress();
    const live = await Upstream.open(answering(ok('same tier')));
    const standby = await Upstream.open(answering(ok('standby')));
    const api = simpleApi([dead, live.address, { address: standby.address, priority: -1 }]);
    const { url } = await serve(api, { transport });
    for (let i = 0; i < 4; i++) {
      const client = await Peer.to(url);
      client.send(GET);
      await client.until('same tier');
    }
  });

  it('tries another target when one answers with a status of the list, and shows the client nothing of it', async () => {
    const first = await Upstream.open(answering(ok('broken', '503 Service Unavailable')));
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([first.address, second.address], { retry: { on: [503] } });
    client.send(GET);
    expect(await client.until('second')).toBe(ok('second'));
  });

  it('gives the client the status of the last target', async () => {
    const targets = await Promise.all(
      ['a', 'b'].map((text) => Upstream.open(answering(ok(text, '503 Service Unavailable')))),
    );
    const { client } = await start(
      targets.map(({ address }) => address),
      { retry: { on: [503] } },
    );
    client.send(GET);
    expect(await client.until(/b$/)).toBe(ok('b', '503 Service Unavailable'));
  });

  it('makes no more attempts than allowed', async () => {
    const targets = await Promise.all([1, 2, 3].map(() => Upstream.open(resetting)));
    const { client } = await start(
      targets.map(({ address }) => address),
      { retry: { attempts: 2 } },
    );
    client.send(GET);
    await client.until('HTTP/1.1 502 ');
    expect(targets.map(({ used }) => used)).toEqual([1, 1, 0]);
  });

  it('makes no second attempt for a failure that is not in the list', async () => {
    const first = await Upstream.open(resetting);
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([first.address, second.address], { retry: { on: ['timeout'] } });
    client.send(GET);
    await client.until('HTTP/1.1 502 ');
    expect(second.used).toBe(0);
  });

  it('sends a POST again only where nothing of it was sent', async () => {
    const second = await Upstream.open(answering(ok('second')));
    const refused = await start([await closedAddress(), second.address]);
    refused.client.send(POST);
    await refused.client.until('second');
    expect(second.peers.at(-1)?.received).toMatch(/body$/);

    const broken = await start([(await Upstream.open(resetting)).address, second.address]);
    broken.client.send(POST);
    await broken.client.until('HTTP/1.1 502 ');
  });

  it('sends a POST again where the route allows it', async () => {
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([(await Upstream.open(resetting)).address, second.address], {
      retry: { nonIdempotent: true },
    });
    client.send(POST);
    await client.until('second');
    expect(second.peers.at(-1)?.received).toMatch(/body$/);
  });

  it('sends a body again that comes in parts, up to the limit', async () => {
    const parts = ['a'.repeat(1000), 'b'.repeat(1000)];
    const put = (length: number) => `PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;
    for (const [limit, expected] of [
      ['2000B', 'second'],
      ['1999B', 'HTTP/1.1 502 '],
    ] as const) {
      const first = await Upstream.open();
      const second = await Upstream.open(answering(ok('second')));
      const { client } = await start([first.address, second.address], { retry: { bufferLimit: limit } });
      client.send(put(2000) + parts[0]);
      const target = await first.request();
      await target.until(parts[0]);
      client.send(parts[1]);
      await target.until(parts[1]);
      target.socket.resetAndDestroy();
      await client.until(expected);
      if (limit === '2000B') expect(second.peers.at(-1)?.received.endsWith(parts.join(''))).toBe(true);
      else expect(second.used).toBe(0);
    }
  });

  it('sends the rest of a body to the target that has taken over', async () => {
    const first = await Upstream.open();
    const second = await Upstream.open();
    const { client } = await start([first.address, second.address]);
    client.send('PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nfirst');
    const target = await first.request();
    target.socket.resetAndDestroy();
    const next = await second.request();
    client.send('end');
    await next.until(/\r\n\r\nfirstend$/);
    next.send(ok('whole'));
    await client.until('whole');
  });

  it('tries a connection that went stale once more, at the same target, and for no attempt', async () => {
    const upstream = await Upstream.open((peer) => {
      let requests = 0;
      peer.socket.on('data', () => (requests++ === 0 ? peer.send(ok('first')) : peer.socket.resetAndDestroy()));
    });
    const { client } = await start([upstream.address], { retry: { attempts: 1 } });
    client.send(GET);
    await client.until('first');
    client.received = '';
    client.send(GET);
    await client.until('first');
  });

  it('sends a POST over a connection that has waited for long no more, but over a new one', async () => {
    const upstream = await Upstream.open(answering(ok('fine')));
    const { client } = await start([upstream.address]);
    client.send(GET);
    await client.until('fine');
    const { used } = upstream;
    client.send(POST);
    await client.until((received) => received.split('fine').length === 3);
    expect(upstream.used).toBe(used);
    await new Promise((resolve) => setTimeout(resolve, 600));
    client.send(POST);
    await client.until((received) => received.split('fine').length === 4);
    expect(upstream.used).toBe(used + 1);
  });

  it('takes chunks for no answer to HTTP/1.0', async () => {
    const first = await Upstream.open(answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'));
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([first.address, second.address]);
    client.send('GET / HTTP/1.0\r\n\r\n');
    expect(await client.all()).toMatch(/^HTTP\/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecond$/);
  });

  it('gives 504 when no answer comes in time, and 502 when the connection is refused', async () => {
    const slow = await start([(await Upstream.open(silent)).address], { timeouts: { response: '50ms' } });
    slow.client.send(GET);
    await slow.client.until(/^HTTP\/1.1 504 .*\{"error":"no target answered in time"\}$/s);
    const refused = await start([await closedAddress()]);
    refused.client.send(GET);
    await refused.client.until(/^HTTP\/1.1 502 .*\{"error":"no target answered"\}$/s);
    refused.client.send(GET);
    await refused.client.until((received) => received.split('HTTP/1.1 502').length === 3);
  });

  it('gives up all attempts at the deadline of the request', async () => {
    const targets = await Promise.all([1, 2, 3].map(() => Upstream.open(silent)));
    const route = { timeouts: { request: '120ms', response: '80ms' } };
    const { client } = await start(
      targets.map(({ address }) => address),
      route,
    );
    const before = performance.now();
    client.send(GET);
    await client.until('HTTP/1.1 504 ');
    expect(performance.now() - before).toBeGreaterThan(115);
    expect(targets.map(({ used }) => used)).toEqual([1, 1, 0]);
  });

  it('stops retrying when the budget is spent', async () => {
    const first = await Upstream.open(resetting);
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([first.address, second.address], { retry: { budgetPercent: 0 } });
    client.send(GET);
    await client.until('HTTP/1.1 502 ');
    expect(second.used).toBe(0);
  });

  describe('with a fallback', () => {
    const fallback = { text: 'later', headers: { 'X-From': 'fallback' } };

    it('answers with it, and the failing status, when no target answers', async () => {
      const { client } = await start([await closedAddress()], { fallback });
      client.send(GET);
      expect(await client.until('later')).toMatch(
        /^HTTP\/1.1 502 Bad Gateway\r\nX-From: fallback\r\nCache-Control: no-store\r\nRetry-After: 5\r\nContent-Type: text\/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nlater$/,
      );
    });

    it('answers with its own status, and with no body to HEAD', async () => {
      const { client } = await start([await closedAddress()], { fallback: { ...fallback, status: 200 } });
      client.send('HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
      expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1.1 200 OK.*Content-Length: 5\r\n\r\n$/s);
    });

    it('answers in place of a listed status, and goes on with both connections', async () => {
      const upstream = await Upstream.open(answering(ok('broken', '500 Internal Server Error')));
      const { client } = await start([upstream.address], { fallback: { ...fallback, on: [500] } });
      client.send(GET.repeat(2));
      await client.until((received) => received.split('later').length === 3);
      expect(client.received).not.toContain('broken');
      expect(upstream.used).toBe(1);
    });

    it('leaves a status alone that is not listed', async () => {
      const upstream = await Upstream.open(answering(ok('mine', '503 Service Unavailable')));
      const { client } = await start([upstream.address], { fallback });
      client.send(GET);
      await client.until('mine');
    });

    it('answers a timeout where only timeouts are listed, and leaves a refusal alone', async () => {
      const on = { fallback: { ...fallback, on: ['timeout'] }, timeouts: { response: '50ms' } };
      const slow = await start([(await Upstream.open(silent)).address], on);
      slow.client.send(GET);
      await slow.client.until(/^HTTP\/1.1 504 .*later$/s);
      const refused = await start([await closedAddress()], on);
      refused.client.send(GET);
      expect(await refused.client.until('\r\n\r\n')).not.toContain('X-From');
    });

    it('answers by itself on a route without a pool', async () => {
      const { url } = await serve(apiOf({ routes: { hello: { fallback: { json: { hello: true } } } } }), { transport });
      const client = await Peer.to(url);
      client.send(GET.repeat(2));
      await client.until(/^(HTTP\/1.1 200 OK.*\{"hello":true\}){2}$/s);
    });
  });

  it('gives 503 when no target is up, and none of them is asked', async () => {
    const upstream = await Upstream.open(answering(ok('up', '500 Internal Server Error')));
    const check = { ...RARE_CHECK, path: '/', unhealthyThreshold: 1 };
    const api = apiOf({
      pools: { web: { targets: [{ address: upstream.address }], healthCheck: check } },
      routes: { all: { pool: 'web' } },
    });
    const url = await new Promise<string>((resolve) => {
      const served = serve(api, {
        transport,
        onEvent: ({ kind }) => kind === 'target' && served.then(({ url }) => resolve(url)),
      });
    });
    const client = await Peer.to(url);
    client.send(GET);
    await client.until(/^HTTP\/1.1 503 .*\{"error":"no target available"\}$/s);
    expect(upstream.used).toBe(1);
  });
});
