import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { DnsServer } from './support/dns-server';
import { Peer } from './support/peer';
import { serve, simpleApi, TRANSPORTS } from './support/serve';
import { openSilentPort } from './support/silent-server';
import { answering, ok, Upstream } from './support/upstream';

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const CLOSING = ok('named').replace('\r\n', '\r\nConnection: close\r\n');

it.each(TRANSPORTS)(
  'tries every address of a name over %s before it takes the target for failed',
  async (transport) => {
    const dns = await DnsServer.open();
    // The target listens on 127.0.0.1 alone.
    dns.host('both.test', ['127.0.0.2', '127.0.0.1', '::1'], 60);
    const upstream = await Upstream.open(answering(CLOSING));
    const api = simpleApi([`both.test:${upstream.port}`]);
    const { url } = await serve(api, { transport, nameServers: [dns.address] });
    const client = await Peer.to(url);
    client.send(REQUEST.repeat(4));
    await client.until((received) => received.split('named').length === 5);
    expect(client.received).not.toContain('HTTP/1.1 5');
  },
);

it.each(TRANSPORTS)('follows a name to where it leads next over %s', async (transport) => {
  const dns = await DnsServer.open();
  const upstream = await Upstream.open(answering(CLOSING));
  dns.host('web.test', ['127.0.0.2'], 0);
  const api = simpleApi([`web.test:${upstream.port}`]);
  const { url } = await serve(api, { transport, nameServers: [dns.address] });
  const client = await Peer.to(url);
  client.send(REQUEST);
  await client.until('HTTP/1.1 502');
  dns.host('web.test', ['127.0.0.1'], 0);
  const asked = dns.questions.length;
  await expect.poll(() => dns.questions.length, { timeout: 4_000 }).toBeGreaterThan(asked + 1);
  client.send(REQUEST);
  await client.until('named');
});

it.each(TRANSPORTS)('does not wait for an address that is silent over %s', async (transport) => {
  const dns = await DnsServer.open();
  const upstream = await Upstream.open(answering(CLOSING));
  await openSilentPort('127.0.0.2', upstream.port);
  dns.host('web.test', ['127.0.0.2', '127.0.0.1'], 60);
  const api = simpleApi([`web.test:${upstream.port}`], { timeouts: { connect: '1m', request: '2m' } });
  const { url } = await serve(api, { transport, nameServers: [dns.address] });
  const client = await Peer.to(url);
  client.send(REQUEST.repeat(3));
  await client.until((received) => received.split('named').length === 4);
});

it.each(TRANSPORTS)('sends on what came of a body while it was connecting over %s', async (transport) => {
  const dns = await DnsServer.open();
  const server = createServer(async (request, response) => {
    let length = 0;
    for await (const chunk of request) length += chunk.length;
    response.setHeader('Connection', 'close').end(String(length));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await openSilentPort('127.0.0.2', port);
  dns.host('web.test', ['127.0.0.2', '127.0.0.1'], 60);
  const listeners = { web: { address: '127.0.0.1', port: 1, http2: true } };
  const api = simpleApi([`web.test:${port}`], { retry: { bufferLimit: '1KB' } }, {}, { listeners });
  const { url } = await serve(api, { transport, nameServers: [dns.address] });
  const session = connect(url);
  onTestFinished(() => session.close());
  // One of them begins with the silent address.
  for (let i = 0; i < 2; i++) {
    const request = session.request({ ':method': 'POST' });
    for (let sent = 0; sent < 60; sent++) request.write('x'.repeat(1_000));
    request.end();
    expect(await text(request)).toBe('60000');
  }
});
