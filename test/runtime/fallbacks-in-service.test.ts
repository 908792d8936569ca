import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startRuntime } from '../../src/runtime';
import type { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, TRANSPORTS } from './support/serve';
import { answering, closedAddress, ok, Upstream } from './support/upstream';

const ADMIN = { address: '127.0.0.1', port: 2 };

const pool = (address: string) => ({ targets: [{ address }], healthCheck: RARE_CHECK });

const get = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe.each(TRANSPORTS)('a fallback that serves over %s', (transport) => {
  async function start(pools: Record<string, object>, route: object) {
    const api = () => apiOf({ admin: ADMIN, pools: pools as never, routes: { all: route } });
    const { runtime, url } = await serve(api(), { transport });
    const metrics = async () => (await get(`${runtime.adminUrl}/metrics`)).text;
    return { url, metrics, reload: () => runtime.reload(api()) };
  }

  function file(name: string, text: string) {
    const folder = mkdtempSync(join(tmpdir(), 'spillway-fallback-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  it('answers with the new octets of a file once it is replaced', async () => {
    const path = file('sorry.png', '\x89PNG one');
    const { url } = await start({ live: pool(await closedAddress()) }, { pool: 'live', fallback: { file: { path } } });
    const { headers, text } = await get(url);
    expect([headers.get('content-type'), text]).toEqual(['image/png', '\x89PNG one']);
    writeFileSync(`${path}.next`, 'two');
    renameSync(`${path}.next`, path);
    await expect.poll(async () => (await get(url)).text, { timeout: 15_000 }).toBe('two');
  });

  it('still answers with the new octets of a file after a reload that changes nothing', async () => {
    const path = file('sorry.txt', 'one');
    const { url, reload } = await start({}, { fallback: { file: { path } } });
    await reload();
    writeFileSync(`${path}.next`, 'two');
    renameSync(`${path}.next`, path);
    await expect.poll(async () => (await get(url)).text, { timeout: 15_000 }).toBe('two');
  });

  it('answers HEAD with the length of a file alone', async () => {
    const { url } = await start({}, { fallback: { file: { path: file('sorry.txt', '12345') } } });
    const { headers, text } = await get(url, { method: 'HEAD' });
    expect([headers.get('content-length'), text]).toEqual(['5', '']);
  });

  it('neither starts nor changes with a reload where its file is missing', async () => {
    const path = file('sorry.txt', 'sorry');
    const api = (at: string) => apiOf({ routes: { all: { fallback: { file: { path: at } } } } });
    const { runtime, url } = await serve(api(path), { transport });
    const failure = { name: 'FileError', file: `${path}.gone`, reason: 'there is no such file' };
    await expect(runtime.reload(api(`${path}.gone`))).rejects.toMatchObject(failure);
    expect((await get(url)).text).toBe('sorry');
    await expect(startRuntime(api(`${path}.gone`), { transport })).rejects.toMatchObject(failure);
  });

  describe('on earlier answers', () => {
    const fallback = { on: ['unavailable', 500], stale: { maxAge: '10m' } };

    it('gives the data of chunks whole, and says where it comes from', async () => {
      const chunked =
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: "1"\r\n\r\n3\r\npri\r\n2\r\nce\r\n0\r\n\r\n';
      const upstream = await Upstream.open(answering(chunked));
      const { url, metrics } = await start({ live: pool(upstream.address) }, { pool: 'live', fallback });
      expect((await get(url)).headers.has('cache-status')).toBe(false);
      await upstream.close();
      const { status, headers, text } = await get(url);
      expect([status, text, headers.get('etag')]).toEqual([200, 'price', '"1"']);
      expect([headers.get('content-length'), headers.has('transfer-encoding')]).toEqual(['5', false]);
      expect(headers.get('cache-status')).toBe('spillway; fwd=stale; detail=fallback');
      expect((await get(url, { method: 'POST' })).status).toBe(502);
      expect(await metrics()).toContain('spillway_stale_answers_total{api="test",route="all",outcome="hit"} 1');
    });

    it('stands in for a status that is listed', async () => {
      let response = ok('good');
      const upstream = await Upstream.open((peer) => peer.socket.on('data', () => peer.send(response)));
      const { url } = await start({ live: pool(upstream.address) }, { pool: 'live', fallback });
      await get(url);
      response = ok('bad', '500 Internal Server Error');
      expect((await get(url)).text).toBe('good');
    });

    it('keeps nothing of an answer that broke off', async () => {
      const upstream = await Upstream.open((peer) =>
        peer.socket.on('data', () => peer.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')),
      );
      const { url } = await start({ live: pool(upstream.address) }, { pool: 'live', fallback });
      await expect(get(url)).rejects.toThrow();
      await upstream.close();
      expect((await get(url)).status).toBe(502);
    });

    it('keeps what it has over a reload, also one that changes its route', async () => {
      const upstream = await Upstream.open(answering(ok('good')));
      const api = (priority: number) =>
        apiOf({
          pools: { live: pool(upstream.address) as never },
          routes: { all: { pool: 'live', fallback, priority } },
        });
      const { url, runtime } = await serve(api(0), { transport });
      await get(url);
      await runtime.reload(api(0));
      await runtime.reload(api(1));
      await upstream.close();
      expect((await get(url)).text).toBe('good');
    });
  });

  describe('on another pool', () => {
    const fallback = { on: ['unavailable', 500], pool: 'spare' };
    const bad = ok('bad', '500 Internal Server Error');

    it('sends it a body that was kept, and is told of as what answered', async () => {
      const [live, spare] = [await Upstream.open(answering(bad)), await Upstream.open(answering(ok('spare')))];
      const pools = { live: pool(live.address), spare: pool(spare.address) };
      const { url, metrics } = await start(pools, { pool: 'live', fallback });
      expect((await get(url, { method: 'PUT', body: 'body' })).text).toBe('spare');
      expect(spare.peers.at(-1)?.received).toMatch(/^PUT .*body$/s);
      expect(await metrics()).toContain('spillway_fallback_responses_total{api="test",route="all"} 1');
      expect(await metrics()).toContain('tier="spare",code="200"} 1');
    });

    it('hands on what that pool answers, whatever it is', async () => {
      const spare = await Upstream.open(answering(bad));
      const pools = { live: pool(await closedAddress()), spare: pool(spare.address) };
      const { url } = await start(pools, { pool: 'live', fallback });
      expect(await get(url)).toMatchObject({ status: 500, text: 'bad' });
    });

    it('gives that pool time of its own where the time of the request is over', async () => {
      const live = await Upstream.open(() => {});
      const spare = await Upstream.open((peer) =>
        peer.socket.on('data', () => setTimeout(() => peer.send(ok('spare')), 300)),
      );
      const route = { pool: 'live', fallback, timeouts: { request: '100ms' } };
      const { url } = await start({ live: pool(live.address), spare: pool(spare.address) }, route);
      expect((await get(url)).text).toBe('spare');
    });
  });
});

describe.each(TRANSPORTS)('a split that serves over %s', (transport) => {
  it('moves a cohort back to the old version at once when its weight becomes 0', async () => {
    const [live, next] = [await Upstream.open(answering(ok('old'))), await Upstream.open(answering(ok('new')))];
    const api = (canary: number) => {
      const arms = [
        { name: 'stable', tiers: ['live'], weight: 1 },
        { name: 'canary', tiers: ['next', 'live'], weight: canary },
      ];
      const pools = { live: pool(live.address) as never, next: pool(next.address) as never };
      return apiOf({ pools, routes: { all: { split: { arms, affinity: { cookie: 'cohort' } } } } });
    };
    const { url, runtime } = await serve(api(1), { transport });
    const ask = async () => {
      const { text, headers } = await get(url, { headers: { Cookie: 'cohort=canary' } });
      return [text, headers.get('set-cookie')?.split(';')[0]];
    };
    for (let i = 0; i < 3; i++) expect(await ask()).toEqual(['new', undefined]);
    await runtime.reload(api(0));
    for (let i = 0; i < 3; i++) expect(await ask()).toEqual(['old', 'cohort=stable']);
  });
});

describe.each(TRANSPORTS)('a rehearsal that serves over %s', (transport) => {
  async function start(play: ((peer: Peer) => void) | undefined, timeout: string) {
    const live = await Upstream.open(answering(ok('live')));
    const standby = play === undefined ? await closedAddress() : (await Upstream.open(play)).address;
    const pools = { live: pool(live.address) as never, standby: pool(standby) as never };
    const all = { tiers: ['live', 'standby'], rehearsal: { percent: 100, timeout }, fallback: { text: 'x' } };
    const events: object[] = [];
    const onEvent = (event: object) => events.push(event);
    const { url, runtime } = await serve(apiOf({ admin: ADMIN, pools, routes: { all } }), { transport, onEvent });
    const ask = async (method = 'GET') => (await get(url, { method })).text;
    const metrics = async () => (await get(`${runtime.adminUrl}/metrics`)).text;
    return { ask, metrics, events };
  }

  it('leaves unsafe requests alone, and tells how it goes, for the fallback as well', async () => {
    const { ask, metrics } = await start(answering(ok('standby')), '10s');
    expect([await ask(), await ask('POST')]).toEqual(['standby', 'live']);
    const told = await metrics();
    expect(told).toContain('spillway_rehearsals_total{api="test",route="all",outcome="ok"} 1');
    expect(told).toContain('spillway_fallback_renders_total{api="test",route="all",outcome="ok"} 1');
    expect(told).toMatch(/spillway_rehearsal_last_success_timestamp_seconds\{api="test",route="all"\} 1\d{9}/);
  });

  it.each([
    ['refuses', undefined, '10s'],
    ['is silent', () => {}, '50ms'],
    ['answers badly', answering(ok('bad', '500 Internal Server Error')), '10s'],
    ['resets', (peer: Peer) => peer.socket.on('data', () => peer.socket.resetAndDestroy()), '10s'],
  ])('stops by itself where the next tier %s, and no client notices', async (_, play, timeout) => {
    const { ask, metrics, events } = await start(play, timeout);
    for (let i = 0; i < 4; i++) expect(await ask()).toBe('live');
    expect(events).toContainEqual({ kind: 'rehearsal', route: 'all', state: 'stopped' });
    expect(await metrics()).toContain('spillway_rehearsals_total{api="test",route="all",outcome="failed"} 2');
    expect(await metrics()).toContain('spillway_rehearsal_stopped{api="test",route="all"} 1');
  });
});
