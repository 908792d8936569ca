import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, closedAddress, ok, Upstream } from './support/upstream';

const request = (method: string, path: string, fields = '') => `${method} ${path} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`;

describe.each(TRANSPORTS)('policies over %s', (transport) => {
  async function start(route: object, response = ok('well')) {
    const target = await Upstream.open(answering(response));
    const { url } = await serve(simpleApi([target.address], route), { transport });
    return { target, client: await Peer.to(url) };
  }

  it('change what the target sees of a request, and what the client sees of the response', async () => {
    const rewrite = {
      path: '/inner/*',
      host: 'inner.test',
      setHeaders: { 'X-Api': 'shop' },
      removeHeaders: ['X-Debug'],
      setResponseHeaders: { 'X-Frame-Options': 'DENY' },
    };
    const { client, target } = await start({ path: '/v1/*', rewrite });
    client.send(request('GET', '/v1/a?b=c', 'X-Debug: 1\r\n'));
    const seen = await (await target.request()).until('\r\n\r\n');
    expect(seen).toMatch(/^GET \/inner\/a\?b=c HTTP\/1\.1\r\n/);
    expect(seen).toContain('Host: inner.test\r\n');
    expect(seen).toContain('X-Api: shop\r\n');
    expect(seen).not.toContain('X-Debug');
    expect(await client.until('well')).toContain('X-Frame-Options: DENY\r\n');
  });

  it('change a request that has a body, which reaches the target whole', async () => {
    const target = await Upstream.open();
    const route = { path: '/v1/*', rewrite: { path: '/inner/*' } };
    const { url } = await serve(simpleApi([target.address], route), { transport });
    const client = await Peer.to(url);
    client.send('POST /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nbody');
    const peer = await target.request();
    client.send('more');
    expect(await peer.until('bodymore')).toMatch(/^POST \/inner\/a /);
    peer.send(ok('well'));
    await client.until('well');
  });

  it('send the client elsewhere', async () => {
    const { url } = await serve(
      apiOf({ routes: { old: { path: '/old/*', redirect: { path: '/new/*', status: 308 } } } }),
      { transport },
    );
    const client = await Peer.to(url);
    client.send(request('GET', '/old/a?b=c'));
    expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 308 [\s\S]*Location: \S*\/new\/a\?b=c\r\n/);
  });

  it('replace a response under a condition, also one of this side’s own', async () => {
    const responseRewrite = [{ when: [['status', '==', 503]], status: 200, json: { message: 'fallback' } }];
    const { client } = await start({ responseRewrite }, ok('busy', '503 Service Unavailable'));
    client.send(request('GET', '/'));
    expect(await client.until('"fallback"}')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    client.send(request('GET', '/'));
    await client.until(/"fallback"\}[\s\S]*"fallback"\}$/);
    const { url } = await serve(
      simpleApi([await closedAddress()], {
        responseRewrite: [{ when: [['status', '==', 502]], status: 200, text: 'own' }],
      }),
      { transport },
    );
    const other = await Peer.to(url);
    other.send(request('GET', '/'));
    expect(await other.until('own')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('answer a preflight, and let the origin read the answer', async () => {
    const { client, target } = await start({ cors: { origins: ['https://example.com'], methods: ['PUT'] } });
    const origin = 'Origin: https://example.com\r\n';
    client.send(request('OPTIONS', '/', `${origin}Access-Control-Request-Method: PUT\r\n`));
    expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 204 [\s\S]*Access-Control-Allow-Methods: PUT/);
    expect(target.used).toBe(0);
    client.send(request('GET', '/', origin));
    await client.until('well');
    expect(client.received).toMatch(/200 OK[\s\S]*Access-Control-Allow-Origin: https:\/\/example\.com\r\n/);
  });

  it('compress a body on its way, whatever its framing, and the connection goes on', async () => {
    const text = 'spillway '.repeat(500);
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
    const { client } = await start(
      { compression: { minimumSize: '1KB' } },
      `${head}Content-Length: ${text.length}\r\n\r\n${text}`,
    );
    client.socket.setEncoding('latin1');
    client.send(request('GET', '/', 'Accept-Encoding: gzip\r\n'));
    const received = await client.until('\r\n0\r\n\r\n');
    expect(received).toContain('Content-Encoding: gzip\r\n');
    expect(gunzipSync(dataOf(received)).toString()).toBe(text);
    client.send(request('GET', '/'));
    await client.until(text);
  });

  it('send a copy of the whole request to another pool, whose answers nobody sees', async () => {
    const [live, copy] = [await Upstream.open(answering(ok('well'))), await Upstream.open()];
    const pool = (address: string) => ({ targets: [{ address }], healthCheck: RARE_CHECK });
    const api = apiOf({
      pools: { live: pool(live.address), copy: pool(copy.address) },
      routes: { all: { pool: 'live', mirror: { pool: 'copy' } } },
    });
    const { url } = await serve(api, { transport });
    const client = await Peer.to(url);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nbody');
    client.send('more');
    expect(await client.until('well')).toBe(ok('well'));
    const mirrored = await copy.request();
    await mirrored.until('bodymore');
    mirrored.send(ok('unseen', '500 Internal Server Error'));
    client.send(request('GET', '/'));
    await client.until(/well[\s\S]*well$/);
    expect(client.received).not.toContain('unseen');
  });
});

/** The data of a body in chunks, behind the head of its response. */
function dataOf(received: string): Buffer {
  let rest = received.slice(received.indexOf('\r\n\r\n') + 4);
  const parts: string[] = [];
  for (;;) {
    const size = Number.parseInt(rest, 16);
    if (size === 0) return Buffer.from(parts.join(''), 'latin1');
    const start = rest.indexOf('\r\n') + 2;
    parts.push(rest.slice(start, start + size));
    rest = rest.slice(start + size + 2);
  }
}
