import { describe, expect, it } from 'vitest';
import { writeProxyHeader } from '../../src/runtime/forwarding';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, TRANSPORTS } from './support/serve';
import { ok, Upstream } from './support/upstream';

const GET = 'GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n';
const CLIENT = { source: { address: '192.0.2.7', port: 5000 }, destination: { address: '192.0.2.1', port: 80 } };

async function start(transport: 'raw' | 'net', listener: object, pool: object = {}) {
  const upstream = await Upstream.open();
  const api = apiOf({
    listeners: { web: { address: '127.0.0.1', port: 1, ...listener } },
    pools: { web: { targets: [{ address: upstream.address }], healthCheck: RARE_CHECK, ...pool } },
    routes: { all: { pool: 'web' } },
  });
  const { url, runtime } = await serve(api, { transport });
  return { upstream, client: await Peer.to(url), runtime };
}

describe.each(TRANSPORTS)('who asks, over %s', (transport) => {
  it('is whom a trusted proxy speaks for, with each request another', async () => {
    const { upstream, client } = await start(transport, { trustedProxies: ['127.0.0.1'] });
    client.send(`GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n`);
    const target = await upstream.request();
    expect(target.received).toContain('X-Forwarded-For: 1.1.1.1, 127.0.0.1\r\n');
    target.send('HTTP/1.1 204 No Content\r\n\r\n');
    await client.until('204');
    client.send(`GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 2.2.2.2\r\n\r\n`);
    await target.until('X-Forwarded-For: 2.2.2.2, 127.0.0.1\r\n');
  });

  it.each(['v1', 'v2'] as const)('is whom the PROXY protocol of %s names', async (version) => {
    const { upstream, client } = await start(transport, { proxyProtocol: true });
    client.send(Buffer.concat([writeProxyHeader(version, CLIENT), Buffer.from(GET)]));
    expect((await upstream.request()).received).toContain('X-Forwarded-For: 192.0.2.7\r\n');
  });

  it('is known from a header that comes octet by octet', async () => {
    const { upstream, client } = await start(transport, { proxyProtocol: true });
    for (const octet of writeProxyHeader('v2', CLIENT)) {
      client.send(Buffer.from([octet]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.send(GET);
    expect((await upstream.request()).received).toContain('X-Forwarded-For: 192.0.2.7\r\n');
  });

  it('is the proxy itself where its header names nobody', async () => {
    const { upstream, client } = await start(transport, { proxyProtocol: true });
    client.send(Buffer.concat([writeProxyHeader('v2', undefined), Buffer.from(GET)]));
    expect((await upstream.request()).received).toContain('X-Forwarded-For: 127.0.0.1\r\n');
  });

  it('is not asked further where the header is missing', async () => {
    const { upstream, client } = await start(transport, { proxyProtocol: true });
    client.send(GET);
    await client.end();
    expect(client.received).toBe('');
    expect(upstream.used).toBe(0);
  });

  it('is not waited for longer than for a head', async () => {
    const { client } = await start(transport, { proxyProtocol: true, limits: { headTimeout: '100ms' } });
    client.send('PROXY TCP4');
    await client.end();
    expect(client.received).toBe('');
  });

  it('does not keep a stop waiting before it has said anything', async () => {
    const { client, runtime } = await start(transport, { proxyProtocol: true });
    client.send('PROXY TCP4');
    await new Promise((resolve) => setImmediate(resolve));
    await runtime.stop({ timeoutMs: 60_000 });
    await client.end();
  });

  it('is told to a target by the PROXY protocol, on a connection for each request', async () => {
    const { upstream, client } = await start(transport, {}, { proxyProtocol: 'v1' });
    client.send(GET);
    const first = await upstream.request();
    const { localPort, remotePort } = client.socket;
    expect(first.received).toMatch(new RegExp(`^PROXY TCP4 127.0.0.1 127.0.0.1 ${localPort} ${remotePort}\r\nGET / `));
    first.send(ok('one'));
    await client.until('one');
    client.send(GET);
    const second = await upstream.request();
    expect(second.received).toMatch(/^PROXY TCP4 /);
    expect(await first.end()).toBe('end');
  });

  it('is passed on from one header to the next', async () => {
    const { upstream, client } = await start(transport, { proxyProtocol: true }, { proxyProtocol: 'v1' });
    client.send(Buffer.concat([writeProxyHeader('v2', CLIENT), Buffer.from(GET)]));
    expect((await upstream.request()).received).toMatch(/^PROXY TCP4 192\.0\.2\.7 192\.0\.2\.1 5000 80\r\n/);
  });

  it('is nobody where a target is probed', async () => {
    const { upstream } = await start(
      transport,
      {},
      { proxyProtocol: 'v1', healthCheck: { type: 'http', interval: '1h' } },
    );
    expect((await upstream.request()).received).toMatch(/^PROXY UNKNOWN\r\nGET \/ /);
  });
});
