import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { block, F, frame, framesOf, PREFACE, settings, T, u32 } from './support/http2-frames';
import { ask, event, gotOf, http2Client } from './support/http2-peer';
import { bodyOf, Http2Target } from './support/http2-target';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, TRANSPORTS } from './support/serve';
import { ok, Upstream } from './support/upstream';

const POOL = { http2: true, healthCheck: RARE_CHECK };

function api(addresses: readonly string[], { route = {}, pool = {}, limits = {} } = {}) {
  return apiOf({
    listeners: { web: { address: '127.0.0.1', port: 1, http2: true, limits } },
    pools: { web: { targets: addresses.map((address) => ({ address })) as never, ...POOL, ...pool } },
    routes: { all: { pool: 'web', ...route } },
  });
}

type Parts = Parameters<typeof api>[1];
type Play = Parameters<typeof Http2Target.open>[0];

async function start(transport: 'raw' | 'net', play: Play, parts: Parts = {}, options = {}) {
  const target = await Http2Target.open(play, options);
  return { target, ...(await serve(api([target.address], parts), { transport })) };
}

/** Plays a server octet by octet; the test is told once the head of a request has come. */
async function startRaw(transport: 'raw' | 'net', parts: Parts = {}) {
  const upstream = await Upstream.open();
  return { upstream, ...(await serve(api([upstream.address], parts), { transport })) };
}

/** What a peer got in frames, once it has a frame of a kind. */
async function until(peer: Peer, type: number, count = 1) {
  const frames = () => framesOf(Buffer.from(peer.received.slice(PREFACE.length), 'latin1'));
  await peer.until(() => frames().filter((one) => one.type === type).length >= count);
  return frames();
}

const HELLO = frame(T.SETTINGS, 0, 0);
const OK_HEAD = block([':status', '200']);

const hi = (stream: ServerHttp2Stream) => {
  stream.respond({ ':status': 200 });
  stream.end('hi');
};

describe.each(TRANSPORTS)('HTTP/2 to targets over %s', (transport) => {
  it('sends a request of HTTP/1.1 on as one of HTTP/2, and its response back', async () => {
    const { target, url } = await start(transport, (stream) => {
      stream.respond({ ':status': 200, 'x-b': '2', 'content-length': 2, 'set-cookie': ['a', 'b'] });
      stream.end('hi');
    });
    const client = await Peer.to(url);
    client.send(
      'GET /a?b=c HTTP/1.1\r\nHost: shop.test\r\nX-A:  1 \r\nConnection: X-C\r\nX-C: 3\r\nTE: trailers\r\nCookie: a=b\r\n\r\n',
    );
    const head = (await client.until(/\r\n\r\nhi$/)).replace(/date: .*\r\n/, '');
    expect(head).toBe('HTTP/1.1 200 OK\r\nx-b: 2\r\nset-cookie: a\r\nset-cookie: b\r\ncontent-length: 2\r\n\r\nhi');
    expect({ ...target.requests[0] }).toMatchObject({
      ':method': 'GET',
      ':scheme': 'http',
      ':authority': 'shop.test',
      ':path': '/a?b=c',
      'x-a': '1',
      cookie: 'a=b',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.test',
    });
    for (const name of ['host', 'connection', 'x-c', 'te', 'transfer-encoding'])
      expect(target.requests[0]).not.toHaveProperty(name);
  });

  it('sends a response that comes at once in one piece', async () => {
    const { url } = await start(transport, (stream) => {
      stream.respond({ ':status': 200 });
      stream.end('hi');
    });
    const client = await Peer.to(url);
    const pieces: string[] = [];
    client.socket.on('data', (text: string) => pieces.push(text));
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until('0\r\n\r\n');
    expect(client.received).toMatch(/\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n$/);
    expect(pieces.length).toBeLessThanOrEqual(2);
  });

  it('carries many requests of many clients over one connection', async () => {
    const { target, url } = await start(transport, (stream, headers) => {
      stream.respond({ ':status': 200 });
      stream.end(headers[':path']);
    });
    const clients = await Promise.all([http2Client(url), http2Client(url), http2Client(url)]);
    const paths = Array.from({ length: 300 }, (_, i) => `/${i}`);
    await ask(clients[0], {});
    const answers = await Promise.all(paths.map((path, i) => ask(clients[i % 3], { ':path': path })));
    expect(answers.map(({ body }) => `${body}`)).toEqual(paths);
    const peers = await Promise.all(paths.slice(0, 20).map(() => Peer.to(url)));
    for (const [i, peer] of peers.entries()) peer.send(`GET /one${i} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await Promise.all(peers.map((peer, i) => peer.until(`/one${i}\r\n`)));
    expect(target.used.size).toBeLessThanOrEqual(1);
  });

  it('makes more connections where a target takes fewer requests at once, and loses none', async () => {
    const waiting: ServerHttp2Stream[] = [];
    const { target, url } = await start(
      transport,
      (stream) => {
        waiting.push(stream);
        if (waiting.length < 12) return;
        for (const one of waiting.splice(0)) hi(one);
      },
      {},
      { settings: { maxConcurrentStreams: 5 } },
    );
    const client = await http2Client(url);
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(client, {})));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(target.used.size).toBeGreaterThanOrEqual(3);
  });

  it('lets requests wait for one another where there may be no more connections', async () => {
    const { target, url } = await start(
      transport,
      hi,
      { pool: { limits: { connectionsPerTarget: 1 } } },
      { settings: { maxConcurrentStreams: 2 } },
    );
    const client = await http2Client(url);
    // All of them come before the first connection stands, and so before it is known how many it takes.
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(client, {})));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(target.used.size).toBe(1);
  });

  it('sends no more to a target whose connections are full', async () => {
    const waiting: ServerHttp2Stream[] = [];
    const { url } = await start(
      transport,
      (stream) => waiting.push(stream),
      { pool: { limits: { connectionsPerTarget: 1 } } },
      { settings: { maxConcurrentStreams: 1 } },
    );
    const client = await http2Client(url);
    const first = ask(client, {});
    await expect.poll(() => waiting.length).toBe(1);
    expect((await ask(client, {})).status).toBe(503);
    hi(waiting[0]);
    expect((await first).status).toBe(200);
  });

  it('carries bodies of a megabyte both ways, octet by octet, with lengths and without', async () => {
    const { url } = await start(transport, async (stream, headers) => {
      const body = await bodyOf(stream);
      stream.respond({
        ':status': 200,
        ...(headers['content-length'] === undefined ? {} : { 'content-length': body.length }),
      });
      stream.end(body);
    });
    const sum = (octets: Buffer) => createHash('sha256').update(octets).digest('hex');
    const client = await http2Client(url);
    const bodies = [randomBytes(1_000_000), randomBytes(70_000), randomBytes(16_384), randomBytes(1), Buffer.alloc(0)];
    const asked = bodies.flatMap((body) => [
      ask(client, { ':method': 'POST', 'content-length': body.length }, body),
      ask(client, { ':method': 'POST' }, body),
      fetch(url, { method: 'POST', body: new Uint8Array(body) }).then(async (got) => ({
        body: Buffer.from(await got.arrayBuffer()),
      })),
    ]);
    const got = await Promise.all(asked);
    expect(got.map(({ body }) => sum(body))).toEqual(bodies.flatMap((body) => Array(3).fill(sum(body))));
  });

  it('passes trailers on in both directions, whatever the client speaks', async () => {
    const sums: unknown[] = [];
    const { url } = await start(transport, (stream) => {
      stream.resume();
      stream.on('trailers', (trailers: IncomingHttpHeaders) => sums.push(trailers['x-sum']));
      stream.on('end', () => {
        stream.respond({ ':status': 200 }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '2' }));
        stream.end('body');
      });
    });
    const client = await http2Client(url);
    const stream = client.request({ ':method': 'POST' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '1' }));
    stream.end('hello');
    const got = await gotOf(stream);
    expect([`${got.body}`, got.trailers['x-sum']]).toEqual(['body', '2']);
    const plain = await Peer.to(url);
    plain.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n');
    await plain.until('4\r\nbody\r\n0\r\nx-sum: 2\r\n\r\n');
    expect(sums).toEqual(['1', '1']);
  });

  it('asks for trailers on behalf of gRPC, and passes a response on that is nothing but them', async () => {
    const { target, url } = await start(transport, (stream) => {
      stream.resume();
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true });
    });
    const client = await http2Client(url);
    const got = await ask(client, { ':method': 'POST', 'content-type': 'application/grpc+proto', te: 'trailers' }, 'x');
    expect(target.requests[0].te).toBe('trailers');
    expect([got.status, got.headers['grpc-status'], got.headers['content-length'], got.body.length]).toEqual([
      200,
      '12',
      undefined,
      0,
    ]);
  });

  it.each<[string, OutgoingHttpHeaders]>([
    ['HEAD', { ':status': 200, 'content-length': '5' }],
    ['GET', { ':status': 204 }],
    ['GET', { ':status': 304, 'content-length': '5' }],
    ['GET', { ':status': 200 }],
  ])('takes the end of a %s answered with %j from its head', async (method, headers) => {
    const { url } = await start(transport, (stream) => stream.respond(headers, { endStream: true }));
    const got = await ask(await http2Client(url), { ':method': method });
    expect([got.status, got.body.length, got.headers['content-length'] ?? '0']).toEqual([
      headers[':status'],
      0,
      headers['content-length'] ?? '0',
    ]);
    const plain = await Peer.to(url);
    plain.send(`${method} / HTTP/1.1\r\nHost: x\r\n\r\n${method} / HTTP/1.1\r\nHost: x\r\n\r\n`);
    await plain.until((received) => received.split('HTTP/1.1 ').length === 3 && received.endsWith('\r\n\r\n'));
  });

  it('passes interim responses on', async () => {
    const { url } = await start(transport, (stream) => {
      stream.additionalHeaders({ ':status': 103, link: '</a>' });
      stream.respond({ ':status': 200 }, { endStream: true });
    });
    const plain = await Peer.to(url);
    plain.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await plain.until(/^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  it('ends a body for clients of HTTP/1.0, who know no chunks, with the connection', async () => {
    const { url } = await start(transport, hi);
    const plain = await Peer.to(url);
    plain.send('GET / HTTP/1.0\r\n\r\n');
    const received = await plain.all();
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).not.toContain('chunked');
    expect(received).toMatch(/\r\n\r\nhi$/);
  });

  it('passes each part of a response on when it comes', async () => {
    const { target, url } = await start(transport, (stream) =>
      stream.respond({ ':status': 200, 'content-type': 'text/event-stream' }),
    );
    const plain = await Peer.to(url);
    plain.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await plain.until('\r\n\r\n');
    for (const text of ['data: 1\n\n', 'data: 2\n\n']) {
      target.streams[0].write(text);
      await plain.until(`9\r\n${text}\r\n`);
    }
    target.streams[0].end();
    await plain.until(/0\r\n\r\n$/);
  });

  it('holds a stream whose client is slow, and not the others on its connection', async () => {
    const large = Buffer.alloc(32_000_000, 'x');
    const { target, url } = await start(transport, (stream, headers) => {
      stream.respond({ ':status': 200 });
      stream.end(headers[':path'] === '/large' ? large : 'hi');
    });
    const slow = await Peer.to(url);
    slow.send('GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await slow.until('\r\n\r\n');
    slow.socket.pause();
    expect(await (await fetch(url)).text()).toBe('hi');
    expect(await (await fetch(url)).text()).toBe('hi');
    expect(target.used.size).toBe(1);
    expect(target.streams[0].state.localClose).toBe(0);
    let { length } = slow.received;
    slow.socket.on('data', (text: string) => {
      length += text.length;
      slow.received = text;
    });
    slow.socket.resume();
    expect(await slow.end()).toBe('end');
    expect(length).toBeGreaterThan(large.length);
    expect(slow.received.endsWith('0\r\n\r\n')).toBe(true);
  });

  it('holds an upload that its target does not read, and not the other requests on its connection', async () => {
    const { target, url } = await start(transport, (stream, headers) => {
      if (headers[':method'] === 'GET') return hi(stream);
      stream.pause();
    });
    const large = Buffer.alloc(16_000_000, 'x');
    const upload = await Peer.to(url);
    upload.send(
      Buffer.concat([Buffer.from(`PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ${large.length}\r\n\r\n`), large]),
    );
    while (target.streams.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await (await fetch(url)).text()).toBe('hi');
    expect(upload.socket.writableLength).toBeGreaterThan(1_000_000);
    const body = bodyOf(target.streams[0]);
    expect((await body).length).toBe(large.length);
    hi(target.streams[0]);
    await upload.until('hi');
  });

  it('takes back the stream of a client that leaves, and that one alone', async () => {
    const { target, url } = await start(transport, () => {});
    const [one, other] = [await Peer.to(url), await Peer.to(url)];
    one.send('GET /one HTTP/1.1\r\nHost: x\r\n\r\n');
    while (target.streams.length < 1) await new Promise((resolve) => setImmediate(resolve));
    other.send('GET /other HTTP/1.1\r\nHost: x\r\n\r\n');
    while (target.streams.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const closed = event(target.streams[0], 'close');
    one.socket.resetAndDestroy();
    await closed;
    expect(target.streams[0].rstCode).toBe(8);
    hi(target.streams[1]);
    await other.until('hi');
    expect(target.used.size).toBe(1);
  });

  it.each<[string, Buffer]>([
    ['GOAWAY says that it was not looked at', frame(T.GOAWAY, 0, 0, u32(0, 0))],
    ['its stream is refused', frame(T.RST, 0, 1, u32(7))],
  ])('sends a request again that must not be sent twice where %s', async (_, octets) => {
    const { upstream, url } = await startRaw(transport, { route: { retry: { attempts: 2 } } });
    const client = await Peer.to(url);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab');
    const first = await upstream.request();
    await until(first, T.DATA);
    first.send(Buffer.concat([HELLO, octets]));
    // With one target, there is nobody else to send it to.
    await client.until(/^HTTP\/1\.1 502 /);
    expect(first.ended).toBeUndefined();
  });

  it('sends a request on to another target where the first says that it did not look at it', async () => {
    const upstream = await Upstream.open();
    const second = await Http2Target.open(hi);
    const { url } = await serve(api([upstream.address, second.address], { route: { retry: { attempts: 2 } } }), {
      transport,
    });
    for (let i = 0; second.requests.length === 0 && i < 2; i++) {
      const client = await Peer.to(url);
      client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab');
      if (i === 0) {
        const first = await upstream.request();
        await until(first, T.DATA);
        first.send(Buffer.concat([HELLO, frame(T.GOAWAY, 0, 0, u32(0, 0))]));
      }
      await client.until('hi');
    }
    expect(second.requests).toHaveLength(1);
  });

  it('takes a new connection for a request that the one in use would not take any more', async () => {
    const { upstream, url } = await startRaw(transport);
    const client = await Peer.to(url);
    client.send('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n');
    const first = await upstream.request();
    await until(first, T.HEADERS);
    first.send(Buffer.concat([HELLO, frame(T.HEADERS, F.END_HEADERS | F.END_STREAM, 1, OK_HEAD)]));
    await client.until('\r\n\r\n');
    client.send('POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na');
    await until(first, T.HEADERS, 2);
    first.send(frame(T.GOAWAY, 0, 0, u32(1, 0)));
    const next = await upstream.request();
    await until(next, T.DATA);
    next.send(Buffer.concat([HELLO, frame(T.HEADERS, F.END_HEADERS | F.END_STREAM, 1, OK_HEAD)]));
    await client.until((received) => received.split('HTTP/1.1 200').length === 3);
    await first.end();
  });

  it('fails the requests on a connection that breaks as those of any other', async () => {
    const { upstream, url } = await startRaw(transport, { route: { retry: { attempts: 1 } } });
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const first = await upstream.request();
    await until(first, T.HEADERS);
    first.close();
    await client.until(/^HTTP\/1\.1 502 /);
  });

  it('breaks a response off that breaks off', async () => {
    const { upstream, url } = await startRaw(transport);
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const target = await upstream.request();
    await until(target, T.HEADERS);
    target.send(Buffer.concat([HELLO, frame(T.HEADERS, F.END_HEADERS, 1, OK_HEAD), frame(T.DATA, 0, 1, 'some')]));
    await client.until('some');
    target.send(frame(T.RST, 0, 1, u32(2)));
    expect(await client.end()).toBe('reset');
  });

  it.each<[string, Buffer]>([
    ['no status', frame(T.HEADERS, 5, 1, block(['a', 'b']))],
    ['a status that is none', frame(T.HEADERS, 5, 1, block([':status', '20']))],
    ['two statuses', frame(T.HEADERS, 5, 1, block([':status', '200'], [':status', '200']))],
    ['a status behind other fields', frame(T.HEADERS, 5, 1, block(['a', 'b'], [':status', '200']))],
    ['101', frame(T.HEADERS, 4, 1, block([':status', '101']))],
    ['an interim response that is the last', frame(T.HEADERS, 5, 1, block([':status', '103']))],
    ['a field of the connection', frame(T.HEADERS, 5, 1, block([':status', '200'], ['connection', 'close']))],
    ['a line end in a value', frame(T.HEADERS, 5, 1, block([':status', '200'], ['a', 'b\r\nc: d']))],
    ['a field of requests', frame(T.HEADERS, 5, 1, block([':status', '200'], [':path', '/']))],
    ['a length without a body', frame(T.HEADERS, 5, 1, block([':status', '200'], ['content-length', '3']))],
    [
      'two lengths',
      frame(T.HEADERS, 5, 1, block([':status', '200'], ['content-length', '0'], ['content-length', '0'])),
    ],
    ['data before its head', frame(T.DATA, 1, 1, 'x')],
    ['a pushed stream', frame(T.PUSH, 4, 1, Buffer.concat([u32(2), OK_HEAD]))],
    ['a head of nobody’s request', frame(T.HEADERS, 5, 3, OK_HEAD)],
    ['HTTP/1.1', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')],
  ])('answers 502 where a target answers with %s', async (what, octets) => {
    const { upstream, url } = await startRaw(transport, { route: { retry: { attempts: 1 } } });
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const target = await upstream.request();
    await until(target, T.HEADERS);
    target.send(what === 'HTTP/1.1' ? octets : Buffer.concat([HELLO, octets]));
    await client.until(/^HTTP\/1\.1 502 /);
  });

  it('gives up a connection over which nothing comes any more', async () => {
    const { upstream, url } = await startRaw(transport, {
      route: { timeouts: { response: '1100ms' }, retry: { attempts: 1 } },
    });
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const target = await upstream.request();
    await client.until(/^HTTP\/1\.1 504 /);
    const frames = await until(target, T.PING);
    expect(frames.at(-2)).toMatchObject({ type: T.RST, stream: 1 });
    await target.end();
  });

  it('respects the windows that a target opens', async () => {
    const { upstream, url } = await startRaw(transport);
    const client = await Peer.to(url);
    client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n`);
    const target = await upstream.request();
    await until(target, T.HEADERS);
    target.send(frame(T.SETTINGS, 0, 0, settings([4, 2])));
    await until(target, T.SETTINGS, 2);
    client.send('abcde');
    const data = (frames: ReturnType<typeof framesOf>) =>
      frames.filter(({ type }) => type === T.DATA).map(({ payload }) => `${payload}`);
    expect(data(await until(target, T.DATA))).toEqual(['ab']);
    target.send(frame(T.WINDOW, 0, 1, u32(2)));
    expect(data(await until(target, T.DATA, 2))).toEqual(['ab', 'cd']);
    target.send(frame(T.WINDOW, 0, 1, u32(1)));
    const frames = await until(target, T.DATA, 3);
    expect(data(frames)).toEqual(['ab', 'cd', 'e']);
    expect(frames.at(-1)?.flags).toBe(F.END_STREAM);
  });

  it('speaks otherwise to a target after a reload that says so', async () => {
    const upstream = await Upstream.open();
    const { url, runtime } = await serve(api([upstream.address]), { transport });
    const client = await Peer.to(url);
    client.send('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n');
    const first = await upstream.request();
    await until(first, T.HEADERS);
    first.send(Buffer.concat([HELLO, frame(T.HEADERS, 5, 1, OK_HEAD)]));
    await client.until('\r\n\r\n');
    await runtime.reload(api([upstream.address], { pool: { http2: false } }));
    await first.end();
    client.send('GET /2 HTTP/1.1\r\nHost: x\r\n\r\n');
    const second = await upstream.request();
    expect(second.received).toMatch(/^GET \/2 HTTP\/1\.1/);
    second.send(ok('hi'));
    await client.until('hi');
  });
});
