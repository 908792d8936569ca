import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type OutgoingHttpHeaders, sensitiveHeaders } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { block, F, frame, framesOf, GET, PREFACE, T, u32 } from './support/http2-frames';
import { ask, event, gotOf, http2Client } from './support/http2-peer';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

type Play = Parameters<typeof Upstream.open>[0];

function http2Api(address: string, { route = {}, limits = {}, rest = {} } = {}) {
  return apiOf({
    listeners: { web: { address: '127.0.0.1', port: 1, http2: true, limits } },
    pools: { web: { targets: [{ address }], healthCheck: RARE_CHECK } },
    routes: { all: { pool: 'web', ...route } },
    ...rest,
  });
}

async function start(transport: 'raw' | 'net', play?: Play, parts: Parameters<typeof http2Api>[1] = {}) {
  const upstream = await Upstream.open(play);
  const { url, runtime } = await serve(http2Api(upstream.address, parts), { transport });
  return { upstream, url, runtime, client: await http2Client(url) };
}

/** Does something once a request has come; probes come and go without one. */
function asked(peer: Peer, then: () => void): void {
  peer.until('\r\n\r\n').then(then, () => {});
}

/** Plays a server that answers each request with its path, in chunks. */
const echoingPaths: Play = (peer) => {
  let seen = 0;
  peer.socket.on('data', () => {
    const paths = [...peer.received.matchAll(/GET (\/\S*) /g)].map(([, path]) => path);
    for (; seen < paths.length; seen++) {
      const path = paths[seen];
      peer.send(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${path.length.toString(16)};x=y\r\n${path}\r\n0\r\n\r\n`,
      );
    }
  });
};

describe.each(TRANSPORTS)('HTTP/2 to clients over %s', (transport) => {
  it('sends a request on as HTTP/1.1, and its response back', async () => {
    const { upstream, client } = await start(transport);
    const got = ask(client, {
      ':path': '/a?b=c',
      accept: '*/*',
      cookie: ['a=1', 'b=2'],
      te: 'trailers',
      'x-forwarded-for': '9.9.9.9',
    });
    const target = await upstream.request();
    const host = new URL(client.originSet?.[0] ?? 'http://x').host;
    expect(target.received.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')).toBe(
      'GET /a?b=c HTTP/1.1\r\nhost: HOST\r\naccept: */*\r\ncookie: a=1; b=2\r\n' +
        'X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: HOST\r\n\r\n',
    );
    expect(host).not.toBe('');
    target.send(
      'HTTP/1.1 200 OK\r\nConnection: X-B\r\nKeep-Alive: 5\r\nX-A:  1 \r\nX-B: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nhi',
    );
    const { status, headers, body } = await got;
    expect({ status, ...headers, body: `${body}` }).toEqual({
      [sensitiveHeaders]: ['set-cookie', 'set-cookie'],
      ':status': 200,
      status: 200,
      'x-a': '1',
      'set-cookie': ['a', 'b'],
      'content-length': '2',
      body: 'hi',
    });
  });

  it('answers many requests at once on one connection, over connections to the target that are used again', async () => {
    const { upstream, client } = await start(transport, echoingPaths);
    const paths = Array.from({ length: 500 }, (_, i) => `/${i}`);
    const answers = await Promise.all(paths.map((path) => ask(client, { ':path': path })));
    expect(answers.map(({ body }) => `${body}`)).toEqual(paths);
    expect(upstream.used).toBeLessThanOrEqual(100);
  });

  it('carries bodies of a megabyte both ways, octet by octet', async () => {
    const sum = (octets: Buffer) => createHash('sha256').update(octets).digest('hex');
    const { client } = await start(transport, (peer) => {
      peer.socket.on('data', () => {
        const [head, ...rest] = peer.received.split('\r\n\r\n');
        const body = rest.join('\r\n\r\n');
        const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
        if (body.length === length)
          peer.send(
            Buffer.concat([
              Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`),
              Buffer.from(body, 'latin1'),
            ]),
          );
      });
    });
    const bodies = [randomBytes(1_000_000), randomBytes(70_000), randomBytes(16_384), randomBytes(1)];
    const got = await Promise.all(
      bodies.map((body) => ask(client, { ':method': 'POST', 'content-length': body.length }, body)),
    );
    expect(got.map(({ body }) => sum(body))).toEqual(bodies.map(sum));
  });

  it('sends a body without a length on in chunks, and trailers both ways', async () => {
    const { upstream, client } = await start(transport);
    const stream = client.request({ ':method': 'POST' }, { waitForTrailers: true });
    const got = gotOf(stream);
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '1' }));
    stream.end('hello');
    const target = await upstream.request();
    await target.until('\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n');
    target.send(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nfoo\r\n3\r\nbar\r\n0\r\nX-Sum: 2\r\nX-More: 3\r\n\r\n',
    );
    const { body, trailers } = await got;
    expect({ body: `${body}`, ...trailers }).toEqual({
      [sensitiveHeaders]: [],
      body: 'foobar',
      'x-sum': '2',
      'x-more': '3',
    });
  });

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 200],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n', 204],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 304],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 200],
    ['GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 200],
    ['GET', 'HTTP/1.1 418 I am a teapot\r\nContent-Length: 0\r\n\r\n', 418],
  ])('takes the end of a %s whose response is %j from its head', async (method, response, status) => {
    const { client } = await start(transport, answering(response));
    const got = await ask(client, { ':method': method });
    expect([got.status, got.body.length]).toEqual([status, 0]);
    expect((await ask(client, { ':method': method })).status).toBe(status);
  });

  it('passes a body on that ends with its connection', async () => {
    const { client } = await start(transport, (peer) => {
      asked(peer, () => {
        peer.send('HTTP/1.1 200 OK\r\n\r\nall of it');
        peer.socket.end();
      });
    });
    expect(`${(await ask(client, {})).body}`).toBe('all of it');
  });

  it('passes interim responses on', async () => {
    const { upstream, client } = await start(transport);
    const stream = client.request({});
    const interim = event(stream, 'headers');
    const got = gotOf(stream);
    const target = await upstream.request();
    target.send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    expect((await interim)[0]).toMatchObject({ ':status': 103, link: '</a>' });
    target.send(ok('hi'));
    expect((await got).status).toBe(200);
  });

  it('passes each event of a stream on when it comes', async () => {
    const { upstream, client } = await start(transport);
    const stream = client.request({});
    const target = await upstream.request();
    target.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    await event(stream, 'response');
    for (const text of ['data: 1\n\n', 'data: 2\n\n']) {
      const came = event(stream, 'data');
      target.send(`${text.length.toString(16)}\r\n${text}\r\n`);
      expect(`${(await came)[0]}`).toBe(text);
    }
    stream.close();
  });

  it('lets no stream that stands still hold up the others, and takes no more from its target', async () => {
    const large = Buffer.alloc(32_000_000, 'x');
    const { upstream, client } = await start(transport, (peer) => {
      asked(peer, () => {
        if (!peer.received.startsWith('GET /large')) return peer.send(ok('hi'));
        peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\n\r\n`);
        peer.send(large);
      });
    });
    client.setLocalWindowSize(10_000_000);
    const still = client.request({ ':path': '/large' });
    await event(still, 'response');
    expect(`${(await ask(client, {})).body}`).toBe('hi');
    const left = upstream.peers.find(({ received }) => received.startsWith('GET /large'))?.socket.writableLength;
    expect(left).toBeGreaterThan(16_000_000);
    let length = 0;
    still.on('data', (part: Buffer) => {
      length += part.length;
    });
    await event(still, 'end');
    expect(length).toBe(large.length);
  });

  it('lets no upload that its target does not read hold up the others', async () => {
    const { upstream, url } = await start(transport, (peer) => {
      asked(peer, () => {
        if (peer.received.startsWith('GET')) peer.send(ok('hi'));
        else peer.socket.pause();
      });
    });
    const client = await http2Client(url, { maxSessionMemory: 100 });
    const large = Buffer.alloc(32_000_000, 'x');
    const still = client.request({ ':method': 'PUT', 'content-length': large.length });
    still.on('error', () => {});
    still.write(large);
    const target = await upstream.request();
    expect(`${(await ask(client, {})).body}`).toBe('hi');
    expect(still.state.localClose).toBe(0);
    // What lies in the kernel's buffers and in the windows is much less than all of it.
    expect(target.socket.bytesRead).toBeLessThan(16_000_000);
    let length = 0;
    target.socket.on('data', (part) => {
      length += part.length;
      if (target.received.length >= large.length) target.send(ok('done'));
    });
    target.socket.resume();
    still.end();
    expect(`${(await gotOf(still)).body}`).toBe('done');
    expect(length).toBeGreaterThan(0);
  });

  it('ends what a client resets at its target as well', async () => {
    const { upstream, client } = await start(transport);
    const stream = client.request({});
    const target = await upstream.request();
    stream.close(8);
    await target.end();
    expect(client.destroyed).toBe(false);
  });

  it('resets the stream of a response that breaks off, and that stream alone', async () => {
    const { upstream, client } = await start(transport);
    const stream = client.request({ ':path': '/broken' });
    const got = gotOf(stream);
    const target = await upstream.request();
    target.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    await event(stream, 'response');
    target.close();
    await expect(got).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
    const other = ask(client, {});
    (await upstream.request()).send(ok('hi'));
    expect((await other).status).toBe(200);
  });

  it('answers before the request has ended, and then wants no more of it', async () => {
    const { upstream, client } = await start(transport);
    const stream = client.request({ ':method': 'POST' });
    const got = gotOf(stream);
    stream.write('some');
    const target = await upstream.request();
    target.send(ok('no thanks', '403 Forbidden'));
    expect((await got).status).toBe(403);
  });

  it.each<[number, string, OutgoingHttpHeaders, object]>([
    [404, 'what no route takes', { ':path': '/other' }, {}],
    [405, 'CONNECT', { ':method': 'CONNECT', ':authority': 'x:1' }, {}],
    [400, 'a host that is none', { ':authority': 'a b' }, {}],
    [400, 'a path that leaves its place', { ':path': '/a/../b' }, {}],
    [431, 'too many fields', Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`x-${i}`, '1'])), {}],
    [431, 'a head that is too large', { 'x-a': 'a'.repeat(2000) }, { head: '1KB' }],
    [413, 'a length that is too great', { ':method': 'POST', 'content-length': 2000 }, { body: '1KB' }],
  ])('answers %i to %s', async (status, _, headers, limits) => {
    const { upstream, client } = await start(transport, undefined, { limits, route: { path: '/' } });
    const got = await ask(client, headers, headers[':method'] === 'POST' ? Buffer.alloc(2000) : undefined);
    expect(got.status).toBe(status);
    expect(JSON.parse(`${got.body}`)).toHaveProperty('error');
    expect(upstream.used).toBe(0);
    expect((await ask(client, { ':path': '/other' })).status).toBe(404);
  });

  it('answers 413 to a body that grows too long on the way', async () => {
    const { upstream, client } = await start(transport, undefined, { limits: { body: '1KB' } });
    const stream = client.request({ ':method': 'POST' });
    const got = gotOf(stream);
    stream.write(Buffer.alloc(500));
    const target = await upstream.request();
    stream.write(Buffer.alloc(600));
    expect((await got).status).toBe(413);
    await target.end();
  });

  it('answers 408 where a body does not come', async () => {
    const { client } = await start(transport, undefined, { limits: { bodyTimeout: '100ms' } });
    const stream = client.request({ ':method': 'POST' });
    stream.write('some');
    expect((await gotOf(stream)).status).toBe(408);
  });

  it('resets a stream whose client takes nothing for too long', async () => {
    const { upstream, url } = await start(transport, undefined, { limits: { idleTimeout: '1s' } });
    const client = await http2Client(url, { settings: { initialWindowSize: 0 } });
    const got = gotOf(client.request({}));
    (await upstream.request()).send(ok('hi'));
    await expect(got).rejects.toThrow('reset: 8');
  });

  it('answers from the fallback where no target does', async () => {
    const { url } = await serve(
      http2Api('127.0.0.1:1', { route: { retry: { attempts: 1 }, fallback: { text: 'later', status: 503 } } }),
      { transport },
    );
    const got = await ask(await http2Client(url), {});
    expect([got.status, `${got.body}`]).toEqual([503, 'later']);
  });

  it('speaks HTTP/1.1 on the same port to those who begin with it', async () => {
    const { upstream, url } = await start(transport);
    const client = await Peer.to(url);
    client.send('GE');
    await delay(20);
    client.send('T / HTTP/1.1\r\nHost: x\r\n\r\n');
    const target = await upstream.request();
    target.send(ok('hi'));
    expect(await client.until('hi')).toMatch(/^HTTP\/1\.1 200 OK/);
    target.received = '';
    const upgrading = await Peer.to(url);
    upgrading.send(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n\r\n',
    );
    await target.until('HTTP/1.1\r\nHost: x\r\nX-Forwarded');
    target.send(ok('ho'));
    expect(await upgrading.until('ho')).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('takes a preface that comes octet by octet', async () => {
    const { upstream, url } = await start(transport);
    const client = await Peer.to(url);
    for (const octet of PREFACE) {
      client.send(octet);
      await delay(1);
    }
    client.send(
      Buffer.concat([frame(T.SETTINGS, 0, 0), frame(T.HEADERS, F.END_HEADERS | F.END_STREAM, 1, block(...GET))]),
    );
    (await upstream.request()).send(ok('hi'));
    await client.until((received) =>
      framesOf(Buffer.from(received, 'latin1')).some(({ type, payload }) => type === T.DATA && `${payload}` === 'hi'),
    );
  });

  it('is not spoken where it is not asked for', async () => {
    const { url } = await serve(apiOf({ routes: {} }), { transport });
    const client = await Peer.to(url);
    client.send(PREFACE);
    expect(await client.all()).toMatch(/^HTTP\/1\.1 (400|505) /);
  });

  it('tells a client that breaks its rules why the connection ends, and ends it', async () => {
    const { url } = await start(transport);
    const client = await Peer.to(url);
    client.send(Buffer.concat([Buffer.from(PREFACE), frame(T.SETTINGS, 0, 0), frame(T.DATA, 0, 0, 'x')]));
    const frames = framesOf(Buffer.from(await client.all(), 'latin1'));
    expect(frames.at(-1)).toEqual({ type: T.GOAWAY, flags: 0, stream: 0, payload: u32(0, 1) });
    expect(client.ended).toBe('end');
  });

  it('ends a connection that has been idle for long, and says so', async () => {
    const { client } = await start(transport, undefined, { limits: { idleTimeout: '1s' } });
    const goaway = event(client, 'goaway');
    await event(client, 'close');
    expect((await goaway)[0]).toBe(0);
  });

  it('stops without losing a request that is under way', async () => {
    const { upstream, client, runtime } = await start(transport);
    const got = ask(client, {});
    const target = await upstream.request();
    const goaway = event(client, 'goaway');
    const stopped = runtime.stop();
    await goaway;
    target.send(ok('hi'));
    expect((await got).status).toBe(200);
    await stopped;
  });

  it('writes each request to the access log, with the octets that were sent', async () => {
    const path = join(tmpdir(), `spillway-http2-${process.pid}-${transport}.log`);
    const rest = { accessLog: { path } };
    const { upstream, client, runtime } = await start(transport, undefined, { rest });
    const got = ask(client, { ':path': '/logged' });
    (await upstream.request()).send(ok('hi'));
    await got;
    await runtime.stop();
    const lines = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ method: 'GET', path: '/logged', status: 200, client: '127.0.0.1' }]);
    expect(lines[0].bytes).toBeGreaterThan(2);
  });
});
