import { describe, expect, it } from 'vitest';
import { Peer } from './support/peer';
import { serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

const GET = 'GET /a?b=c HTTP/1.1\r\nHost: shop.test\r\n\r\n';

async function start(transport: 'raw' | 'net', route: object = {}, limits: object = {}) {
  const upstream = await Upstream.open();
  const { url } = await serve(simpleApi([upstream.address], route, limits), { transport });
  return { upstream, url, client: await Peer.to(url) };
}

describe.each(TRANSPORTS)('relaying over %s', (transport) => {
  it('sends the request on without what belongs to the connection, and says who asks', async () => {
    const { upstream, client } = await start(transport);
    client.send(
      'GET /a?b=c HTTP/1.1\r\nHost: shop.test\r\nConnection: keep-alive, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: timeout=5\r\n' +
        'TE: trailers\r\nUpgrade: websocket\r\nProxy-Connection: keep-alive\r\nX-Forwarded-For: 9.9.9.9\r\nX_Forwarded_For: 8.8.8.8\r\n' +
        'X-Forwarded-Proto: https\r\nForwarded: for=7.7.7.7\r\nAccept: */*\r\n\r\n',
    );
    const target = await upstream.request();
    expect(target.received).toBe(
      'GET /a?b=c HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\n' +
        'X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.test\r\n\r\n',
    );
  });

  it('sends the response back without what belongs to the connection', async () => {
    const { upstream, client } = await start(transport);
    client.send(GET);
    const target = await upstream.request();
    target.send(
      'HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nhi',
    );
    expect(await client.until('hi')).toBe('HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nhi');
  });

  it('uses both connections again', async () => {
    const { upstream, client } = await start(transport);
    client.send(GET);
    const target = await upstream.request();
    target.send(ok('one'));
    await client.until('one');
    client.send(GET);
    await target.until((received) => received.split('GET ').length === 3);
    target.send(ok('two'));
    await client.until('two');
  });

  it('answers pipelined requests in order', async () => {
    const upstream = await Upstream.open((peer) => {
      let seen = 0;
      peer.socket.on('data', () => {
        const paths = [...peer.received.matchAll(/GET \/(\d+) /g)].map(([, n]) => n);
        for (; seen < paths.length; seen++) peer.send(ok(`<${paths[seen]}>`));
      });
    });
    const { url } = await serve(simpleApi([upstream.address]), { transport });
    const client = await Peer.to(url);
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    client.send(numbers.map((i) => `GET /${i} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    await client.until('<199>');
    expect([...client.received.matchAll(/<(\d+)>/g)].map(([, n]) => Number(n))).toEqual(numbers);
  });

  it('relays chunks as they are', async () => {
    const { upstream, client } = await start(transport);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n');
    const target = await upstream.request();
    client.send('0\r\nX-Sum: 1\r\n\r\n');
    await target.until('3;a=b\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n');
    target.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n');
    await client.until('2\r\nhi\r\n');
    target.send('0\r\n\r\n');
    expect(await client.until('0\r\n\r\n')).toMatch(/Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n$/);
    client.send(GET);
    await target.until('GET /a');
  });

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
  ])('takes %s, answered by %j, for a response without a body', async (method, response) => {
    const { upstream, client } = await start(transport);
    client.send(`${method} / HTTP/1.1\r\nHost: x\r\n\r\n`);
    const target = await upstream.request();
    target.send(response);
    await client.until(response);
    client.send(GET);
    await target.until('GET /a');
  });

  it('passes interim responses on', async () => {
    const { upstream, client } = await start(transport);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    const target = await upstream.request();
    expect(target.received).toContain('Expect: 100-continue');
    target.send('HTTP/1.1 100 Continue\r\n\r\n');
    await client.until('HTTP/1.1 100 Continue\r\n\r\n');
    client.send('hi');
    await target.until('\r\n\r\nhi');
    target.send(`HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${ok('done')}`);
    await client.until(/103 Early Hints\r\nLink: a\r\n\r\nHTTP\/1.1 200 OK\r\n.*done/s);
  });

  it('keeps interim responses from HTTP/1.0, which knows none', async () => {
    const { upstream, client } = await start(transport);
    client.send('GET / HTTP/1.0\r\n\r\n');
    (await upstream.request()).send(`HTTP/1.1 103 Early Hints\r\n\r\n${ok('done')}`);
    expect(await client.all()).toMatch(/^HTTP\/1.1 200 OK/);
  });

  it('ends the connection of the client where the target’s ends the body', async () => {
    const { upstream, client } = await start(transport);
    client.send(GET);
    const target = await upstream.request();
    target.send('HTTP/1.1 200 OK\r\n\r\nhello ');
    await client.until('hello ');
    target.socket.end('world');
    expect(await client.all()).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello world');
    expect(client.ended).toBe('end');
  });

  it('speaks HTTP/1.1 to the client, whatever the target does', async () => {
    const { upstream, client } = await start(transport);
    client.send(GET);
    const target = await upstream.request();
    target.socket.end('HTTP/1.0 200 Fine\r\nContent-Length: 2\r\n\r\nhi');
    expect(await client.until('hi')).toBe('HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nhi');
    client.send(GET);
    expect((await upstream.request()).received).toContain('GET /a');
  });

  it('serves HTTP/1.0 clients, with and without keep-alive', async () => {
    const { upstream, client } = await start(transport);
    client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    const first = await upstream.request();
    expect(first.received).toMatch(/^GET \/ HTTP\/1.0\r\nX-Forwarded-For: .*\r\nX-Forwarded-Proto: http\r\n\r\n$/);
    first.send(ok('a'));
    expect(await client.until(/a$/)).toContain('Connection: keep-alive');
    client.send('GET / HTTP/1.0\r\n\r\n');
    await first.until((received) => received.split('GET ').length === 3);
    first.send(ok('b'));
    expect(await client.all()).toMatch(/Connection: close\r\n\r\nb$/);
  });

  it('closes when the client asks for it', async () => {
    const { upstream, client } = await start(transport);
    client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    (await upstream.request()).send(ok('bye'));
    expect(await client.all()).toMatch(/Connection: close\r\n\r\nbye$/);
  });

  it('answers a client that has closed its sending side', async () => {
    const { upstream, client } = await start(transport);
    client.socket.end(GET);
    const target = await upstream.request();
    target.send(ok('still here'));
    expect(await client.all()).toMatch(/still here$/);
  });

  it('gives the client a response that comes before the request is whole, then closes', async () => {
    const { upstream, client } = await start(transport);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nsome');
    (await upstream.request()).send(ok('enough', '403 Forbidden'));
    expect(await client.all()).toMatch(
      /^HTTP\/1.1 403 Forbidden\r\nContent-Length: 6\r\nConnection: close\r\n\r\nenough$/,
    );
    expect(client.ended).toBe('end');
  });

  it('turns an absolute target into the form that every server knows', async () => {
    const { upstream, client } = await start(transport);
    client.send('GET http://Real.test:81/p?q HTTP/1.1\r\nA: 1\r\nHost: fake.test\r\nB: 2\r\n\r\n');
    const target = await upstream.request();
    expect(target.received).toMatch(/^GET \/p\?q HTTP\/1.1\r\nHost: Real.test:81\r\nA: 1\r\nB: 2\r\nX-Forwarded-For: /);
    expect(target.received).toContain('X-Forwarded-Host: Real.test:81\r\n');
  });

  it('resets the client where the body breaks off', async () => {
    const { upstream, client } = await start(transport);
    client.send(GET);
    const target = await upstream.request();
    target.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    await client.until('half');
    target.socket.end();
    expect(await client.end()).toBe('reset');
  });

  it('resets the client where the chunks of a response are malformed', async () => {
    const { upstream, client } = await start(transport);
    client.send(GET);
    const target = await upstream.request();
    target.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n');
    await client.until('hi');
    target.send('zz\r\n');
    expect(await client.end()).toBe('reset');
  });

  it('does not use a connection again over which more came than the response', async () => {
    const { upstream, client } = await start(transport);
    client.send(GET);
    const first = await upstream.request();
    first.send(`${ok('one')}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`);
    await client.until('one');
    client.send(GET);
    const second = await upstream.request();
    second.send(ok('two'));
    expect(await client.until('two')).not.toContain('evil');
    expect(second).not.toBe(first);
  });

  it('drops a waiting connection on which a response comes unasked', async () => {
    const { upstream, client } = await start(transport);
    client.send(GET);
    const first = await upstream.request();
    first.send(ok('one'));
    await client.until('one');
    first.send(ok('evil'));
    await first.end();
    client.send(GET);
    (await upstream.request()).send(ok('two'));
    expect(await client.until('two')).not.toContain('evil');
  });

  it('ends the request to the target when the client leaves', async () => {
    const { upstream, client } = await start(transport);
    client.send(GET);
    const target = await upstream.request();
    client.socket.resetAndDestroy();
    await target.end();
  });

  it('routes OPTIONS * as a request about the whole host', async () => {
    const { upstream, client } = await start(transport);
    client.send('OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await upstream.request()).received).toMatch(/^OPTIONS \* HTTP\/1.1\r\n/);
  });

  it('puts a head together that comes octet by octet', async () => {
    const upstream = await Upstream.open(answering(ok('fine')));
    const { url } = await serve(simpleApi([upstream.address]), { transport });
    const client = await Peer.to(url);
    for (const octet of GET) {
      client.send(octet);
      await new Promise(setImmediate);
    }
    await client.until('fine');
  });
});
