import { describe, expect, it } from 'vitest';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

/** Sends one request over a connection of its own. @returns the head and the body of its answer */
async function ask(url: string, path = '/', fields: readonly string[] = [], method = 'GET') {
  const client = await Peer.to(url);
  client.send([`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...fields, '', ''].join('\r\n'));
  const answer = await client.all();
  const [head, body] = answer.split('\r\n\r\n');
  return { head, body, cookie: /^Set-Cookie: ([^;]*)/im.exec(head)?.[1] };
}

async function targets(...names: readonly string[]): Promise<Upstream[]> {
  return Promise.all(names.map((name) => Upstream.open(answering(ok(name)))));
}

const addresses = (upstreams: readonly Upstream[]) => upstreams.map(({ address }) => ({ address }));

describe.each(TRANSPORTS)('balancing over %s', (transport) => {
  const pool = (upstreams: readonly Upstream[], rest: object = {}) => ({
    targets: addresses(upstreams) as never,
    healthCheck: RARE_CHECK,
    ...rest,
  });

  async function start(upstreams: readonly Upstream[], rest: object = {}, route: object = {}) {
    const api = apiOf({ pools: { web: pool(upstreams, rest) }, routes: { all: { pool: 'web', ...route } } });
    return serve(api, { transport });
  }

  it.each(['consistentHash', 'maglev'])(
    'sends the same key to the same target by %s, and different ones to all',
    async (algorithm) => {
      const { url } = await start(await targets('a', 'b', 'c'), { algorithm, hashKey: 'header:X-User' });
      const users = Array.from({ length: 40 }, (_, index) => `user${index}`);
      // So many that no target is left out, whatever the ports that its name and so its hashes come from.
      const first = [];
      for (const user of users) first.push((await ask(url, '/', [`X-User: ${user}`])).body);
      const second = [];
      for (const user of users.slice(0, 8)) second.push((await ask(url, '/', [`X-User: ${user}`])).body);
      expect(second).toEqual(first.slice(0, 8));
      expect(new Set(first)).toEqual(new Set(['a', 'b', 'c']));
    },
  );

  it.each([
    ['path', '/basket', []],
    ['query:user', '/?user=ann', []],
    ['cookie:user', '/', ['Cookie: user=ann']],
    ['clientAddress', '/', []],
  ])('knows a request by its %s', async (hashKey, path, fields) => {
    const { url } = await start(await targets('a', 'b', 'c', 'd'), { algorithm: 'maglev', hashKey });
    const bodies = new Set<string>();
    for (let i = 0; i < 4; i++) bodies.add((await ask(url, path, fields)).body);
    expect(bodies.size).toBe(1);
  });

  it('sends a request to the target with the fewest under way', async () => {
    const busy = await Upstream.open();
    const [idle] = await targets('idle');
    const { url } = await start([busy, idle], { algorithm: 'leastRequests' });
    const waiting = await Peer.to(url);
    waiting.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const asked = await busy.request();
    for (let i = 0; i < 3; i++) expect((await ask(url)).body).toBe('idle');
    asked.send(ok('busy'));
    await waiting.until('busy');
  });

  it('draws targets by chance', async () => {
    const { url } = await start(await targets('a', 'b'), { algorithm: 'random' });
    expect((await ask(url)).body).toMatch(/^[ab]$/);
  });

  it('keeps a client with its target by a cookie, and moves it to another one that answers when that is gone', async () => {
    const upstreams = await targets('a', 'b', 'c');
    const { url } = await start(upstreams, {}, { affinity: { cookie: 'target' } });
    const { body, cookie, head } = await ask(url);
    expect(head).toMatch(/^Set-Cookie: target=[\w-]{16}; Path=\/; HttpOnly; SameSite=Lax\r?$/m);
    for (let i = 0; i < 4; i++) {
      expect(await ask(url, '/', [`Cookie: x=1; ${cookie}`])).toMatchObject({ body, cookie: undefined });
    }
    await upstreams.find((_, index) => 'abc'[index] === body)?.close();
    const next = await ask(url, '/', [`Cookie: ${cookie}`]);
    expect(next.body).not.toBe(body);
    expect(next.cookie).not.toBe(cookie);
    for (let i = 0; i < 3; i++) {
      expect(await ask(url, '/', [`Cookie: ${next.cookie}`])).toMatchObject({ body: next.body, cookie: undefined });
    }
  });

  it('sends nothing new to a target that drains, from a reload on, and lets it finish', async () => {
    const [leaving] = [await Upstream.open()];
    const [staying] = await targets('staying');
    const draining = (drain: boolean) => simpleApi([{ address: leaving.address, drain }, staying.address]);
    const { url, runtime } = await serve(draining(false), { transport });
    const waiting = await Peer.to(url);
    waiting.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const asked = await leaving.request();
    await runtime.reload(draining(true));
    for (let i = 0; i < 4; i++) expect((await ask(url)).body).toBe('staying');
    asked.send(ok('finished'));
    await waiting.until('finished');
  });

  it('sends unsafe methods past a pool for safe ones', async () => {
    const [replica, main] = await targets('replica', 'main');
    const api = apiOf({
      pools: { replica: pool([replica], { readOnly: true }), main: pool([main]) },
      routes: { all: { tiers: ['replica', 'main'] } },
    });
    const { url } = await serve(api, { transport });
    expect([(await ask(url)).body, (await ask(url, '/', [], 'DELETE')).body]).toEqual(['replica', 'main']);
  });
});
