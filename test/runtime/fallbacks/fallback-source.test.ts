import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseApi } from '../../../src/model';
import { FallbackFile, type FallbackRequest, FallbackSource } from '../../../src/runtime/fallbacks';
import { FallbackMetrics, Registry } from '../../../src/runtime/telemetry';
import { Pool } from '../../../src/runtime/upstream';

const QUIET = { serves() {}, aged() {}, kept() {}, mended() {}, closed() {} };

function described(fallback: object) {
  const pools = { live: { targets: [{ address: '127.0.0.1:1' }] }, other: { targets: [{ address: '127.0.0.1:2' }] } };
  const routes = { all: { pool: 'live', fallback } };
  const api = parseApi({
    version: 1,
    name: 'shop',
    listeners: { web: { port: 80 } },
    pools,
    routes,
    accept: ['SPW5002'],
  });
  return api.routes.all.fallback as NonNullable<(typeof api.routes)['all']['fallback']>;
}

async function sourceOf(fallback: object, { pool, now = 0 }: { pool?: Pool; now?: number } = {}) {
  const registry = new Registry();
  const words = described(fallback);
  const clock = { now: () => now, after: () => () => {} };
  const files = new Map<string, FallbackFile>();
  for (const path of [words.file?.path, ...words.alternatives.map(({ file }) => file)])
    if (path !== undefined)
      files.set(path, await FallbackFile.open(path, words.file?.maxAge ?? Infinity, QUIET, clock));
  const source = new FallbackSource(words, { files, pool, metrics: new FallbackMetrics(registry, 'shop', 'all') });
  return { source, registry };
}

function fileOf(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-fallback-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function request(fields: Record<string, string> = {}, more: Partial<FallbackRequest> = {}): FallbackRequest {
  const field = (name: string) => (fields[name] === undefined ? [] : [fields[name]]);
  return { method: 'GET', scheme: 'http', host: 'shop.test', path: '/prices', query: '', field, ...more };
}

describe('a static fallback', () => {
  it('keeps the failing status, and lets nobody keep its answer', async () => {
    const { source } = await sourceOf({ json: { message: 'Back soon.' } });
    expect(source.answer(502, undefined, 0)).toEqual({
      status: 502,
      answer: {
        contentType: 'application/json',
        body: '{"message":"Back soon."}',
        headers: { 'Cache-Control': 'no-store', 'Retry-After': '5' },
      },
      stale: false,
    });
  });

  it('has the status that it is given', async () => {
    expect((await sourceOf({ text: 'x', status: 200 })).source.answer(504, undefined, 0)?.status).toBe(200);
  });

  it('notes nothing of requests that it does not need', async () => {
    const { source } = await sourceOf({ text: 'x' });
    expect(source.notes).toBe(false);
    expect(source.note(request({ accept: 'text/html' }), 0)).toBeUndefined();
  });

  it('answers with the contents of a file, whose ending says what it is', async () => {
    const { source } = await sourceOf({ file: { path: fileOf('sorry.html', '<p>ä</p>') } });
    const answer = source.answer(503, undefined, 0)?.answer;
    expect(answer?.contentType).toBe('text/html; charset=utf-8');
    expect(Buffer.from(answer?.body ?? '').toString()).toBe('<p>ä</p>');
  });

  it('says of a file what the description says', async () => {
    const { source } = await sourceOf({ file: { path: fileOf('sorry.html', ''), contentType: 'text/x-sorry' } });
    expect(source.answer(503, undefined, 0)?.answer.contentType).toBe('text/x-sorry');
  });

  it('redirects with the redirect’s own status', async () => {
    const { source } = await sourceOf({ redirect: { location: 'https://status.test/', status: 307 } });
    const answer = source.answer(503, undefined, 0);
    expect(answer?.status).toBe(307);
    expect(answer?.answer.headers).toMatchObject({ Location: 'https://status.test/', 'Cache-Control': 'no-store' });
  });
});

describe('a fallback in several forms', () => {
  const forms = {
    json: { a: 1 },
    alternatives: [
      { contentType: 'text/html', text: '<p>' },
      { contentType: 'text/plain', text: 'p' },
    ],
  };
  const typeFor = async (fallback: object, accept?: string) => {
    const { source } = await sourceOf(fallback);
    return source.answer(503, source.note(request(accept === undefined ? {} : { accept }), 0), 0)?.answer.contentType;
  };

  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html'],
    ['text/plain, application/json;q=0.5', 'text/plain'],
    ['text/*', 'text/html'],
    ['image/png', 'application/json'],
  ])('answers %s with %s', async (accept, type) => {
    expect(await typeFor(forms, accept)).toBe(type);
  });

  it('answers with its first form where it has no body of its own', async () => {
    const { json: _, ...rest } = forms;
    expect(await typeFor(rest, 'image/png')).toBe('text/html');
    expect(await typeFor(rest, 'text/plain')).toBe('text/plain');
  });

  it('tells caches what its answer depends on, unless the user does', async () => {
    const varyOf = async (headers: object) =>
      (await sourceOf({ ...forms, headers })).source.answer(503, undefined, 0)?.answer.headers;
    expect(await varyOf({})).toMatchObject({ Vary: 'Accept' });
    expect(await varyOf({ vary: '*' })).not.toHaveProperty('Vary');
  });
});

describe('a fallback on earlier answers', () => {
  const STALE = { stale: { maxAge: '10m' } };
  const HEAD = ['HTTP/1.1 200 OK', 'Content-Type: text/plain'];

  async function setUp(fallback: object = STALE) {
    const { source, registry } = await sourceOf(fallback);
    const keep = (asked: FallbackRequest, body: string, now: number, lines: readonly string[] = [], status = 200) => {
      const head = Buffer.from([...HEAD, `Content-Length: ${body.length}`, ...lines, '', ''].join('\r\n'));
      const capture = source.capture(source.note(asked, now), status, head);
      capture?.take(Buffer.from(body), 0, body.length);
      capture?.end(now);
      return capture !== undefined;
    };
    const given = (asked: FallbackRequest, now: number) => {
      const found = source.answer(503, source.note(asked, now), now);
      return found?.stale ? Buffer.from(found.answer.body).toString() : undefined;
    };
    return { source, registry, keep, given };
  }

  it('gives the last good one, with its own status, its age, and where it comes from', async () => {
    const { source, keep } = await setUp();
    expect(keep(request(), 'price', 1_000, ['ETag: "1"', 'Age: 3'])).toBe(true);
    expect(source.answer(502, source.note(request(), 61_500), 61_500)).toEqual({
      status: 200,
      answer: {
        contentType: 'text/plain',
        body: Buffer.from('price'),
        headers: {
          'Cache-Control': 'no-store',
          ETag: '"1"',
          Age: '63',
          'Cache-Status': 'spillway; fwd=stale; detail=fallback',
        },
      },
      stale: true,
    });
  });

  it('lets a target’s own word on keeping stand, adds to what caches said, and sets the user’s fields', async () => {
    const { source, keep } = await setUp({ ...STALE, headers: { 'X-Stale': 'yes', etag: '"user"' } });
    keep(request(), 'price', 0, ['Cache-Control: max-age=60', 'Cache-Status: Inner; hit', 'ETag: "1"']);
    expect(source.answer(502, source.note(request(), 0), 0)?.answer.headers).toEqual({
      'Cache-Control': 'max-age=60',
      'Cache-Status': 'Inner; hit, spillway; fwd=stale; detail=fallback',
      etag: '"user"',
      Age: '0',
      'X-Stale': 'yes',
    });
  });

  it('has nothing where none is kept, and says how often', async () => {
    const { source, registry, keep, given } = await setUp();
    expect(source.answer(503, source.note(request(), 0), 0)).toBeUndefined();
    keep(request(), 'price', 0);
    expect(given(request(), 1)).toBe('price');
    expect(registry.render()).toContain('spillway_stale_answers_total{api="shop",route="all",outcome="hit"} 1');
    expect(registry.render()).toContain('spillway_stale_answers_total{api="shop",route="all",outcome="miss"} 1');
  });

  it('answers with what stands beside where none is kept, or it is too old', async () => {
    const { source, keep } = await setUp({ ...STALE, text: 'sorry' });
    expect(source.answer(503, source.note(request(), 0), 0)).toMatchObject({ status: 503, stale: false });
    keep(request(), 'price', 0);
    expect(source.answer(503, source.note(request(), 600_000), 600_000)).toMatchObject({ status: 200, stale: true });
    expect(source.answer(503, source.note(request(), 600_001), 600_001)).toMatchObject({ status: 503, stale: false });
  });

  it('gives to HEAD what GET was given, and nothing to methods that change something', async () => {
    const { keep, given } = await setUp();
    expect(keep(request({}, { method: 'HEAD' }), '', 0)).toBe(false);
    expect(keep(request({}, { method: 'POST' }), 'price', 0)).toBe(false);
    keep(request(), 'price', 0);
    expect(given(request({}, { method: 'HEAD' }), 1)).toBe('price');
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(given(request({}, { method }), 1)).toBeUndefined();
  });

  it('keeps apart hosts, schemes, paths and queries', async () => {
    const { keep, given } = await setUp();
    keep(request(), 'price', 0);
    for (const other of [{ host: 'b.test' }, { scheme: 'https' as const }, { path: '/a' }, { query: 'a=1' }])
      expect(given(request({}, other), 1)).toBeUndefined();
  });

  it('neither keeps nor gives anything for requests with credentials', async () => {
    const { keep, given } = await setUp();
    expect(keep(request({ authorization: 'Basic eA==' }), 'secret', 0, ['Cache-Control: public'])).toBe(false);
    keep(request(), 'price', 0);
    expect(given(request({ authorization: 'Basic eA==' }), 1)).toBeUndefined();
  });

  it.each([
    ['cookies', { cookie: 'a=b' }],
    ['a range', { range: 'bytes=0-1' }],
    ['the wish that nothing be kept', { 'cache-control': 'no-store' }],
  ])('keeps nothing of a request with %s, but gives it what others got', async (_, fields) => {
    const { keep, given } = await setUp();
    expect(keep(request(fields), 'mine', 0)).toBe(false);
    keep(request(), 'price', 0);
    expect(given(request(fields), 1)).toBe('price');
  });

  it('takes the same answer in once a second', async () => {
    const { keep, given } = await setUp();
    expect(keep(request(), 'price', 0)).toBe(true);
    expect(keep(request(), 'other', 999)).toBe(false);
    expect(keep(request(), 'later', 1_000)).toBe(true);
    expect(given(request(), 1_001)).toBe('later');
  });

  it('tells answers apart by the fields that they name, from the second one on where those are unusual', async () => {
    const { keep, given } = await setUp();
    keep(request({ 'accept-language': 'en' }), 'hello', 0, ['Vary: Accept-Language']);
    expect(given(request({ 'accept-language': 'en' }), 1)).toBe('hello');
    expect(given(request({ 'accept-language': 'de' }), 1)).toBeUndefined();
    expect(keep(request({ 'x-tenant': 'a' }, { path: '/b' }), 'a', 0, ['Vary: X-Tenant'])).toBe(false);
    expect(keep(request({ 'x-tenant': 'a' }, { path: '/b' }), 'a', 1, ['Vary: X-Tenant'])).toBe(true);
    expect(given(request({ 'x-tenant': 'a' }, { path: '/b' }), 2)).toBe('a');
    expect(given(request({ 'x-tenant': 'b' }, { path: '/b' }), 2)).toBeUndefined();
  });

  const CHUNKED = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');

  it('keeps nothing that broke off, even where it is told to', async () => {
    const { source, given } = await setUp();
    for (const [head, part] of [
      [CHUNKED, '5\r\nprice\r\n'],
      [Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n'), 'price'],
    ] as const) {
      const capture = source.capture(source.note(request(), 0), 200, head);
      capture?.take(Buffer.from(part), 0, part.length);
      capture?.end(0);
    }
    expect(given(request(), 1)).toBeUndefined();
  });

  it('keeps nothing that is too large, whether or not that is told before', async () => {
    const { source, given } = await setUp();
    const large = source.capture(source.note(request(), 0), 200, CHUNKED);
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`);
    for (let i = 0; i < 17; i++) large?.take(chunk, 0, chunk.length);
    large?.take(Buffer.from('0\r\n\r\n'), 0, 5);
    large?.end(0);
    expect(given(request(), 1)).toBeUndefined();
    const told = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n');
    expect(source.capture(source.note(request(), 0), 200, told)).toBeUndefined();
  });

  it('keeps the data of chunks alone, however they come, and copies it, since the octets are read over', async () => {
    const { source, given } = await setUp();
    const capture = source.capture(source.note(request(), 0), 200, CHUNKED);
    for (const octet of Buffer.from('3;a=b\r\npri\r\n2\r\nce\r\n0\r\nX: y\r\n\r\n')) {
      const read = Buffer.from([0, octet, 0]);
      capture?.take(read, 1, 2);
      read.fill(1);
    }
    capture?.end(0);
    expect(given(request(), 1)).toBe('price');
  });

  it('goes on with what the fallback before has kept', async () => {
    const before = await setUp();
    before.keep(request(), 'price', 0);
    const after = await setUp();
    after.source.takeOn(before.source);
    expect(after.given(request(), 1)).toBe('price');
    expect(after.source.keepsOf(before.source)).toBe(true);
  });

  it('tells what is kept, until the route is gone', async () => {
    const { source, registry, keep } = await setUp();
    keep(request(), 'price', 0);
    const octets = () => Number(/spillway_stale_store_octets\{.*\} (\d+)/.exec(registry.render())?.[1]);
    expect(octets()).toBeGreaterThan(5);
    source.retire();
    expect(octets()).toBe(0);
  });
});

describe('whether a fallback would answer', () => {
  it('depends for a file on its age', async () => {
    const path = fileOf('a.json', '{}');
    const day = 24 * 3_600_000;
    const fresh = await sourceOf({ file: { path, maxAge: '1d' } }, { now: Date.now() });
    const old = await sourceOf({ file: { path, maxAge: '1d' } }, { now: Date.now() + 2 * day });
    expect([fresh.source.renders(0), old.source.renders(0)]).toEqual([true, false]);
  });

  it('depends for a pool on its targets', async () => {
    const pool = new Pool('other', () => {
      throw new Error('it has no targets');
    });
    const { source } = await sourceOf({ pool: 'other' }, { pool });
    expect(source.pool).toBe(pool);
    expect(source.answer(503, undefined, 0)).toBeUndefined();
    expect(source.renders(0)).toBe(false);
  });

  it('depends for earlier answers on there being one', async () => {
    const { source } = await sourceOf({ stale: { maxAge: '10m' } });
    expect(source.renders(0)).toBe(false);
    const capture = source.capture(
      source.note(request(), 0),
      200,
      Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    );
    capture?.end(0);
    expect([source.renders(600_000), source.renders(600_001)]).toEqual([true, false]);
  });
});
