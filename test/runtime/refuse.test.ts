import { describe, expect, it } from 'vitest';
import { Peer } from './support/peer';
import { serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

async function start(transport: 'raw' | 'net', limits: object = {}, route: object = {}) {
  const upstream = await Upstream.open(answering(ok('fine')));
  const { url, runtime } = await serve(simpleApi([upstream.address], route, limits), { transport });
  return { upstream, url, runtime, client: await Peer.to(url) };
}

describe.each(TRANSPORTS)('refusing over %s', (transport) => {
  it.each([
    [431, `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(1100)}\r\n\r\n`],
    [414, `GET /${'a'.repeat(1100)}`],
    [414, `GET /?${'a'.repeat(255)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    [431, 'GET / HTTP/1.1\r\nHost: x\r\nA: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\n\r\n'],
    [413, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n'],
    [413, 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n'],
  ])(
    'answers %i to what exceeds a limit, closes, and lets nothing of it reach a target (case %#)',
    async (status, text) => {
      const { upstream, client } = await start(transport, { head: '1KB', uri: '256B', headers: 5, body: '10B' });
      client.send(text.endsWith('\n') ? `${text}${GET}` : text);
      const answer = await client.all();
      expect(answer).toMatch(
        new RegExp(`^HTTP/1.1 ${status} .*\\r\\nConnection: close\\r\\n\\r\\n\\{"error":".*"\\}$`, 's'),
      );
      expect(client.ended).toBe('end');
      expect(upstream.used).toBe(0);
    },
  );

  it('answers what came before a bad request', async () => {
    const { client } = await start(transport);
    client.send(`${GET}GET / HTTP/1.1\r\nBad\r\n\r\n`);
    expect(await client.all()).toMatch(/^HTTP\/1.1 200 OK.*fineHTTP\/1.1 400 /s);
  });

  it('gives 408 to a head that is too slow, however often a line comes', async () => {
    const { client } = await start(transport, { headTimeout: '100ms' });
    const drip = setInterval(() => client.send('A: b\r\n'), 20);
    client.send('GET / HTTP/1.1\r\n');
    expect(await client.all().finally(() => clearInterval(drip))).toMatch(/^HTTP\/1.1 408 /);
  });

  it('gives 408 to a body that stops, and ends the request to the target', async () => {
    const upstream = await Upstream.open();
    const { url } = await serve(simpleApi([upstream.address], {}, { bodyTimeout: '100ms' }), { transport });
    const client = await Peer.to(url);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
    const target = await upstream.request();
    expect(await client.all()).toMatch(/^HTTP\/1.1 408 /);
    await target.end();
  });

  it('gives 413 where the chunks of a body come to more than allowed', async () => {
    const upstream = await Upstream.open();
    const { url } = await serve(simpleApi([upstream.address], {}, { body: '10B' }), { transport });
    const client = await Peer.to(url);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n');
    const target = await upstream.request();
    client.send('6\r\nfghijk\r\n');
    expect(await client.all()).toMatch(/^HTTP\/1.1 413 /);
    await target.end();
    expect(target.received).not.toContain('fghijk');
  });

  it('gives 400 where the chunks of a body turn bad, and never ends the request to the target cleanly', async () => {
    const upstream = await Upstream.open();
    const { url } = await serve(simpleApi([upstream.address]), { transport });
    const client = await Peer.to(url);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n');
    const target = await upstream.request();
    client.send('zz\r\n0\r\n\r\n');
    expect(await client.all()).toMatch(/^HTTP\/1.1 400 /);
    await target.end();
    expect(target.received).not.toContain('0\r\n\r\n');
  });

  it('closes a connection that has no request for too long', async () => {
    const { client } = await start(transport, { idleTimeout: '1s' });
    const before = performance.now();
    client.send(GET);
    await client.until('fine');
    expect(await client.end()).toBe('end');
    expect(performance.now() - before).toBeGreaterThan(990);
  });

  it('gives 404 where no route fits, and goes on', async () => {
    const { client } = await start(transport, {}, { path: '/a' });
    client.send(GET);
    await client.until(
      /^HTTP\/1.1 404 Not Found\r\nContent-Type: application\/json\r\nContent-Length: 20\r\n\r\n\{"error":"no route"\}$/,
    );
    client.send('GET /a HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until('fine');
  });

  it('gives 405 where only the method does not fit, and says which would', async () => {
    const { client } = await start(transport, {}, { methods: ['PUT', 'GET'] });
    client.send('DELETE / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until(/^HTTP\/1.1 405 Method Not Allowed\r\nAllow: GET, PUT\r\n/);
  });

  it('answers a thousand pipelined requests without a route', async () => {
    const { client } = await start(transport, {}, { path: '/a' });
    client.send(GET.repeat(1000));
    await client.until((received) => received.split('HTTP/1.1 404').length === 1001);
  });

  it('gives HEAD no body', async () => {
    const { client } = await start(transport, {}, { path: '/a' });
    client.send('HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await client.until('\r\n\r\n')).toMatch(/Content-Length: 20\r\n\r\n$/);
  });
});
