import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ask, http2Client } from './support/http2-peer';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, closedAddress, ok, Upstream } from './support/upstream';

/** The head and the body of the only response to come. */
function parts(received: string): { status: number; fields: Map<string, string>; body: string } {
  const [head, ...rest] = received.split('\r\n\r\n');
  const [line, ...lines] = head.split('\r\n');
  const fields = lines.map((one): [string, string] => [
    one.slice(0, one.indexOf(':')).toLowerCase(),
    one.slice(one.indexOf(':') + 2),
  ]);
  return { status: Number(line.split(' ')[1]), fields: new Map(fields), body: rest.join('\r\n\r\n') };
}

/** What a body in chunks holds. */
function unchunked(text: string): Buffer {
  const data: string[] = [];
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, end), 16);
    if (size === 0) return Buffer.from(data.join(''), 'latin1');
    data.push(text.slice(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
}

const response = (fields: string, body: string, status = '200 OK') =>
  `HTTP/1.1 ${status}\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;

const TEXT = 'spillway '.repeat(400);

describe.each(TRANSPORTS)('a route over %s', (transport) => {
  async function start(route: object, play: (peer: Peer) => void = answering(ok('hello'))) {
    const target = await Upstream.open(play);
    const { url } = await serve(simpleApi([target.address], route), { transport });
    /** Asks on a connection of its own, which is closed behind the response. */
    const get = async (head: string, body = '') => {
      const client = await Peer.to(url);
      client.send(`${head}Connection: close\r\n\r\n${body}`);
      return parts(await client.all());
    };
    return { target, url, get };
  }

  it('that rewrites hands on another request, with its body, and another response', async () => {
    const rewrite = {
      path: '/api/*',
      host: 'api.internal',
      setHeaders: { 'X-Api': 'shop' },
      removeHeaders: ['X-Debug'],
      setResponseHeaders: { 'X-Frame-Options': 'DENY' },
      removeResponseHeaders: ['Server'],
    };
    const play = answering(response('Server: x\r\n', 'hello'));
    const { get, target } = await start({ path: '/v1/*', rewrite }, play);
    const head =
      'POST /v1/a%2Fb?c=d HTTP/1.1\r\nHost: shop.test\r\nX-Debug: 1\r\nX-Api: forged\r\nContent-Length: 4\r\n';
    const got = await get(`${head}Connection: X-Api\r\n`, 'data');
    const asked = (await target.request()).received;
    expect(asked.split('\r\n')[0]).toBe('POST /api/a%2Fb?c=d HTTP/1.1');
    expect(asked.match(/^host:.*$/gim)).toEqual(['Host: api.internal']);
    expect(asked.match(/^x-api:.*$/gim)).toEqual(['X-Api: shop']);
    expect(asked).toContain('X-Forwarded-Host: shop.test');
    expect(asked).not.toMatch(/x-debug/i);
    expect(asked.endsWith('\r\n\r\ndata')).toBe(true);
    expect([got.status, got.body, got.fields.get('x-frame-options'), got.fields.has('server')]).toEqual([
      200,
      'hello',
      'DENY',
      false,
    ]);
  });

  it('that redirects asks no target', async () => {
    const api = apiOf({ routes: { old: { path: '/old/*', redirect: { path: '/*' } } } });
    const { url } = await serve(api, { transport });
    const client = await Peer.to(url);
    client.send('HEAD /old//evil.test/a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const { status, fields, body } = parts(await client.all());
    expect([status, fields.get('location'), fields.get('content-length'), body]).toEqual([
      308,
      '/evil.test/a?b',
      '0',
      '',
    ]);
  });

  it('that rewrites responses under conditions answers for targets that are dead, and leaves the others', async () => {
    const responseRewrite = [
      {
        when: [
          ['status', 'in', [502, 503, 504]],
          ['uri', '~~', '^/get'],
        ],
        status: 200,
        json: { message: 'fallback' },
      },
    ];
    const { get } = await start({ responseRewrite }, answering(response('ETag: "1"\r\n', 'busy', '503 Busy')));
    const rewritten = await get('GET /get HTTP/1.1\r\nHost: x\r\n');
    expect([rewritten.status, rewritten.body, rewritten.fields.has('etag')]).toEqual([
      200,
      '{"message":"fallback"}',
      false,
    ]);
    expect(rewritten.fields.get('content-type')).toBe('application/json');
    const other = await get('GET /other HTTP/1.1\r\nHost: x\r\n');
    expect([other.status, other.body]).toEqual([503, 'busy']);
    const dead = await serve(simpleApi([await closedAddress()], { responseRewrite }), { transport });
    const client = await Peer.to(dead.url);
    client.send('GET /get HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const answer = parts(await client.all());
    expect([answer.status, answer.body]).toEqual([200, '{"message":"fallback"}']);
  });

  it('that shares with other origins answers a preflight for its methods only, and lets responses be read', async () => {
    const cors = { origins: ['https://a.test'], methods: ['GET'] };
    const { get, target } = await start({ methods: ['GET'], cors });
    const asks = (method: string) =>
      get(`OPTIONS / HTTP/1.1\r\nHost: x\r\nOrigin: https://a.test\r\nAccess-Control-Request-Method: ${method}\r\n`);
    const { status, fields } = await asks('GET');
    expect([status, fields.get('access-control-allow-origin'), fields.get('access-control-allow-methods')]).toEqual([
      204,
      'https://a.test',
      'GET',
    ]);
    expect((await asks('PUT')).status).toBe(405);
    expect((await get('OPTIONS / HTTP/1.1\r\nHost: x\r\n')).status).toBe(405);
    expect(target.used).toBe(0);
    const read = await get('GET / HTTP/1.1\r\nHost: x\r\nOrigin: https://a.test\r\n');
    expect([read.body, read.fields.get('access-control-allow-origin'), read.fields.get('vary')]).toEqual([
      'hello',
      'https://a.test',
      'Origin',
    ]);
  });

  it('that compresses does so for clients who decompress', async () => {
    const play = answering(response('Content-Type: text/plain\r\nETag: "1"\r\n', TEXT));
    const { get } = await start({ compression: {} }, play);
    const compressed = await get('GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n');
    expect(
      ['content-encoding', 'etag', 'vary', 'transfer-encoding'].map((name) => compressed.fields.get(name)),
    ).toEqual(['gzip', 'W/"1"', 'Accept-Encoding', 'chunked']);
    expect(compressed.fields.has('content-length')).toBe(false);
    expect(gunzipSync(unchunked(compressed.body)).toString()).toBe(TEXT);
    const plain = await get('GET / HTTP/1.1\r\nHost: x\r\n');
    expect([plain.body, plain.fields.get('vary')]).toEqual([TEXT, 'Accept-Encoding']);
    const old = await get('GET / HTTP/1.0\r\nHost: x\r\nAccept-Encoding: gzip\r\n');
    expect([old.body, old.fields.has('content-encoding')]).toEqual([TEXT, false]);
  });

  it('that compresses hands on what a stream says as soon as it says it', async () => {
    const { url, target } = await start({ compression: {} }, () => {});
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n');
    const peer = await target.request();
    peer.send('HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n');
    peer.send('8\r\n{"a":1}\n\r\n');
    // A flush of deflate ends in an empty stored block.
    const first = await client.until('\0\0\xff\xff');
    peer.send('8\r\n{"b":2}\n\r\n0\r\n\r\n');
    const whole = parts(await client.until('0\r\n\r\n'));
    expect(whole.body.length).toBeGreaterThan(parts(first).body.length);
    expect(gunzipSync(unchunked(whole.body)).toString()).toBe('{"a":1}\n{"b":2}\n');
  });

  it('that mirrors sends copies, as rewritten, to another pool, whose answers nobody gets', async () => {
    const target = await Upstream.open(answering(ok('hello')));
    const copy = await Upstream.open(answering(ok('ignored')));
    const pools = {
      web: { targets: [{ address: target.address }], healthCheck: RARE_CHECK },
      next: { targets: [{ address: copy.address }], healthCheck: RARE_CHECK },
    };
    const all = { pool: 'web', mirror: { pool: 'next' }, rewrite: { path: '/new/*' } };
    const { url } = await serve(apiOf({ pools, routes: { all } }), { transport });
    const client = await Peer.to(url);
    client.send('GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(parts(await client.all()).body).toBe('hello');
    expect((await copy.request()).received).toMatch(/^GET \/new\/a HTTP\/1\.1\r\n/);
  });

  it('does the same over HTTP/2', async () => {
    const target = await Upstream.open(answering(response('Content-Type: text/plain\r\nServer: x\r\n', TEXT)));
    const route = {
      path: '/v1/*',
      rewrite: { path: '/*', host: 'api.internal', removeResponseHeaders: ['Server'] },
      cors: { origins: ['*'] },
      compression: {},
    };
    const listeners = { web: { address: '127.0.0.1', port: 1, http2: true } };
    const { url } = await serve(simpleApi([target.address], route, {}, { listeners }), { transport });
    const session = await http2Client(url);
    const got = await ask(session, { ':path': '/v1/a?b', 'accept-encoding': 'br' });
    expect((await target.request()).received).toMatch(/^GET \/a\?b HTTP\/1\.1\r\n[\s\S]*Host: api\.internal\r\n/);
    expect([
      got.status,
      got.headers['content-encoding'],
      got.headers.server,
      got.headers['access-control-allow-origin'],
    ]).toEqual([200, 'br', undefined, '*']);
    expect(brotliDecompressSync(got.body).toString()).toBe(TEXT);
    const preflight = {
      ':method': 'OPTIONS',
      ':path': '/v1/a',
      origin: 'https://a.test',
      'access-control-request-method': 'GET',
    };
    expect((await ask(session, preflight)).status).toBe(204);
  });

  it('that is nothing but its answer gives it to every method', async () => {
    const { url } = await serve(apiOf({ routes: { all: { fallback: { json: { a: 1 } } } } }), { transport });
    const get = async (method: string) => {
      const client = await Peer.to(url);
      client.send(`${method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      const { status, fields, body } = parts(await client.all());
      return [status, fields.get('content-length'), body];
    };
    expect(await get('GET')).toEqual([200, '7', '{"a":1}']);
    expect(await get('HEAD')).toEqual([200, '7', '']);
    expect(await get('OPTIONS')).toEqual([200, '7', '{"a":1}']);
  });
});
