import { expect, it } from 'vitest';
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
