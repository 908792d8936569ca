import { describe, expect, it } from 'vitest';
import { Peer } from './support/peer';
import { serve, simpleApi, TRANSPORTS } from './support/serve';
import { ok, Upstream } from './support/upstream';

const ASK = 'GET /chat HTTP/1.1\r\nHost: shop.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n';
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
const MEGABYTE = 'x'.repeat(1 << 20);

async function start(transport: 'raw' | 'net', route: object = {}) {
  const upstream = await Upstream.open();
  const { url, runtime } = await serve(simpleApi([upstream.address], route), { transport });
  return { upstream, client: await Peer.to(url), runtime };
}

/** A connection that has taken up another protocol. */
async function switched(transport: 'raw' | 'net', route: object = {}) {
  const { upstream, client, runtime } = await start(transport, route);
  client.send(`${ASK}\r\n`);
  const target = await upstream.request();
  target.send(`${SWITCH}\r\n`);
  await client.until('\r\n\r\n');
  client.received = '';
  target.received = '';
  return { client, target, runtime };
}

describe.each(TRANSPORTS)('an upgrade over %s', (transport) => {
  it('is passed on with its fields, and taken up with those of the answer', async () => {
    const { upstream, client } = await start(transport);
    client.send(`${ASK}Sec-WebSocket-Key: abc\r\n\r\n`);
    const target = await upstream.request();
    expect(target.received).toMatch(
      /^GET \/chat HTTP\/1\.1\r\nHost: shop\.test\r\nSec-WebSocket-Key: abc\r\nX-Forwarded-For: .*\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n$/s,
    );
    target.send(`${SWITCH}Sec-WebSocket-Accept: def\r\n\r\nfirst`);
    expect(await client.until('first')).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: def\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst',
    );
  });

  it('relays what follows in both directions as it is', async () => {
    const { client, target } = await switched(transport);
    client.send('GET / HTTP/1.1\r\n\r\n\0\xff');
    expect(await target.until('\xff')).toBe('GET / HTTP/1.1\r\n\r\n\0\xff');
    target.send('\x81\x02hi');
    expect(await client.until('hi')).toBe('\x81\x02hi');
  });

  it('relays what a client sends before it has the answer', async () => {
    const { upstream, client } = await start(transport);
    client.send(`${ASK}\r\nearly`);
    const target = await upstream.request();
    expect(target.received).not.toContain('early');
    target.send(`${SWITCH}\r\n`);
    await target.until('early');
  });

  it('keeps every octet of a slow reader on either side', async () => {
    const { client, target } = await switched(transport);
    for (const [from, to] of [
      [client, target],
      [target, client],
    ]) {
      to.socket.pause();
      for (let i = 0; i < 8; i++) from.send(MEGABYTE);
      from.send('end');
      await new Promise((resolve) => setImmediate(resolve));
      to.socket.resume();
      expect((await to.until('end')).length).toBe(8 * MEGABYTE.length + 3);
    }
  });

  it('passes the end of one side on, and leaves the other to speak to its end', async () => {
    const { client, target } = await switched(transport);
    client.socket.end('bye');
    expect(await target.all()).toBe('bye');
    target.socket.end('good bye');
    expect(await client.all()).toBe('good bye');
  });

  it('loses nothing of what waits when both sides have ended', async () => {
    const { client, target } = await switched(transport);
    client.socket.pause();
    client.socket.end();
    await target.end();
    for (let i = 0; i < 8; i++) target.send(MEGABYTE);
    target.socket.end();
    client.socket.resume();
    expect((await client.all()).length).toBe(8 * MEGABYTE.length);
  });

  it('resets the client where the target breaks', async () => {
    const { client, target } = await switched(transport);
    target.socket.resetAndDestroy();
    expect(await client.end()).toBe('reset');
  });

  it('closes the target where the client breaks', async () => {
    const { client, target } = await switched(transport);
    client.socket.resetAndDestroy();
    await target.end();
  });

  it('ends after the time of silence', async () => {
    const { client, target } = await switched(transport, { timeouts: { idle: '1s' } });
    expect(await client.end()).toBe('reset');
    await target.end();
  });

  it('is refused by a target that answers otherwise, after which the connection goes on', async () => {
    const { upstream, client } = await start(transport);
    client.send(`${ASK}\r\n`);
    const target = await upstream.request();
    target.send(ok('no', '400 Bad Request'));
    await client.until('no');
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await target.until('Host: a');
  });

  it.each([
    ['with a body', 'POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\nhi'],
    ['to HTTP/2', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n'],
    ['to TLS', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket, TLS/1.0\r\n\r\n'],
    ['that Connection does not name', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n'],
    ['of HTTP/1.0', 'GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['asked for twice', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n\r\n'],
  ])('%s is not passed on, and a target that takes it up all the same is not believed', async (_, request) => {
    const { upstream, client } = await start(transport, { retry: { attempts: 1 } });
    client.send(request);
    const target = await upstream.request();
    expect(target.received).not.toMatch(/upgrade/i);
    target.send(`${SWITCH}\r\n`);
    await client.until('HTTP/1.1 502');
  });

  it('is not believed without the name of the protocol', async () => {
    const { upstream, client } = await start(transport, { retry: { attempts: 1 } });
    client.send(`${ASK}\r\n`);
    (await upstream.request()).send('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    await client.until('HTTP/1.1 502');
  });
});
