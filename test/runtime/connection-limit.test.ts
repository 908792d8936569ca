import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConnectionLimit } from '../../src/runtime/connection-limit';
import { writeProxyHeader } from '../../src/runtime/forwarding';
import type { Permits, PermitsUser } from '../../src/runtime/limits';
import { Clients } from '../../src/runtime/proxy';
import type { Client } from '../../src/runtime/proxy/entrance';
import { Cell } from '../../src/runtime/telemetry/registry';
import type { AcceptedSocket, Socket, SocketOwner } from '../../src/runtime/transport';
import { Authority, NO_OPENSSL } from './support/certificates';
import { Peer } from './support/peer';
import { echoing, serverTls, TLS_WAYS, transportOf } from './support/secure';
import { apiOf, serve, TRANSPORTS } from './support/serve';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

const limitedApi = (connections: number | undefined, listener: object = {}) =>
  apiOf({
    listeners: { web: { address: '127.0.0.1', port: 1, limits: { connections }, ...listener } },
    routes: { all: { fallback: { status: 200, text: 'hello' } } },
  });

/** Connects, asks, and tells whether it was served; else it was reset. */
async function ask(url: string, first: Buffer = Buffer.alloc(0)): Promise<{ client?: Peer; served: boolean }> {
  const client = await Peer.to(url).catch((error: NodeJS.ErrnoException) => {
    expect(error.code).toBe('ECONNRESET');
    return undefined;
  });
  if (client === undefined) return { served: false };
  onTestFinished(() => client.close());
  client.send(Buffer.concat([first, Buffer.from(GET)]));
  const served = await client.until(/hello$/).then(
    () => true,
    () => false,
  );
  if (!served) expect(client.ended).toBe('reset');
  return { client, served };
}

const servedOnce = (url: string) => vi.waitFor(async () => expect((await ask(url)).served).toBe(true));

describe.each(TRANSPORTS)('a listener with a limit on connections, over %s', (transport) => {
  it('resets what is beyond it, and lets the next in once one has left', async () => {
    const { url } = await serve(limitedApi(2), { transport });
    const [first, second, third] = [await ask(url), await ask(url), await ask(url)];
    expect([first.served, second.served, third.served]).toEqual([true, true, false]);
    second.client?.send(GET);
    await second.client?.until(/hello.*hello$/s);
    first.client?.close();
    await servedOnce(url);
    expect((await ask(url)).served).toBe(false);
  });

  it('counts a connection once, whatever it turns out to be', async () => {
    const { url } = await serve(limitedApi(2, { proxyProtocol: true, http2: true }), { transport });
    const header = writeProxyHeader('v2', undefined);
    for (const served of [true, true, false]) expect((await ask(url, header)).served).toBe(served);
  });

  it('counts those that there are when a reload brings it, and forgets it with one that does not have it', async () => {
    const { url, runtime } = await serve(limitedApi(undefined), { transport });
    const clients = [await ask(url), await ask(url), await ask(url)];
    await runtime.reload(limitedApi(2));
    expect((await ask(url)).served).toBe(false);
    for (const { client } of clients.slice(0, 2)) client?.close();
    await servedOnce(url);
    await runtime.reload(limitedApi(undefined));
    for (let i = 0; i < 3; i++) expect((await ask(url)).served).toBe(true);
  });
});

/** Permits of an instance whose answer the test gives. */
class Asked implements Permits {
  readonly limit = 1;
  inUse = 0;
  exhausted = false;
  free = 0;
  wanted = 0;
  user: PermitsUser | undefined;

  tryAcquire(): boolean {
    if (this.free === 0) return false;
    this.free -= 1;
    this.inUse += 1;
    return true;
  }

  release(): void {
    this.inUse -= 1;
  }

  want(waiting: number): void {
    this.wanted = waiting;
  }

  occupy(count: number): void {
    this.inUse += count;
  }
}

/** Opens a port whose connections wait for an answer, and then are given to `enter`. */
async function openAsked(way: (typeof TLS_WAYS)[number], enter: (socket: AcceptedSocket) => Socket) {
  const transport = await transportOf(way);
  const clients = new Clients();
  const permits = new Asked();
  const refused = new Cell();
  const take = (socket: AcceptedSocket) => {
    const taken = enter(socket);
    const client: Client = { drain() {}, close: () => taken.close() };
    const owner: SocketOwner = echoing(taken);
    const leave = () => {
      taken.close();
      clients.delete(client);
    };
    taken.owner = { ...owner, onEnd: leave, onBroken: leave };
    clients.add(client);
  };
  const limit = new ConnectionLimit(clients, take, refused);
  limit.use(permits);
  const acceptor = await transport.listen('127.0.0.1', 0, (socket) => limit.accept(socket));
  onTestFinished(async () => {
    for (const client of clients) client.close();
    await acceptor.close();
  });
  const waits = (count: number) => vi.waitFor(() => expect(permits.wanted).toBe(count));
  return { port: acceptor.port, permits, limit, refused, waits, transport };
}

describe.each(TRANSPORTS)('a connection that waits for the answer of the instance, over %s', (transport) => {
  const start = async () => {
    const opened = await openAsked(transport, (socket) => socket);
    const client = await Peer.to(`http://127.0.0.1:${opened.port}`);
    onTestFinished(() => client.close());
    client.send('early');
    await opened.waits(1);
    return { ...opened, client };
  };

  it('is let in with all that it sent, once there is room, and gives back its permit when it leaves', async () => {
    const { client, permits, waits } = await start();
    permits.free = 1;
    permits.user?.onMore();
    await client.until('early');
    await waits(0);
    expect(permits.inUse).toBe(1);
    client.close();
    await vi.waitFor(() => expect(permits.inUse).toBe(0));
  });

  it('is reset and counted once it is clear that there is none', async () => {
    const { client, permits, refused, waits } = await start();
    permits.user?.onNone();
    expect(await client.end()).toBe('reset');
    expect(refused.value).toBe(1);
    await waits(0);
  });

  it('is closed with its listener', async () => {
    const { client, limit, permits } = await start();
    limit.close();
    await client.end();
    expect([permits.wanted, permits.user]).toEqual([0, undefined]);
  });

  it('is let in where the limit goes', async () => {
    const { client, limit } = await start();
    limit.use(undefined);
    await client.until('early');
  });
});

describe.skipIf(NO_OPENSSL !== undefined).each(TLS_WAYS)('a connection that waits before TLS, %s', (way) => {
  it('begins TLS once it is let in', async () => {
    const authority = new Authority();
    const tls = serverTls(authority.make({ names: ['shop.test'] }));
    const transport = await transportOf(way);
    const { port, permits, waits } = await openAsked(way, (socket) => transport.acceptTls(socket, tls));
    const client = connectTls({ host: '127.0.0.1', port, ca: authority.text, servername: 'shop.test' });
    onTestFinished(() => void client.destroy());
    client.write('hello');
    const answer = new Promise((resolve) => client.once('data', (bytes) => resolve(String(bytes))));
    await waits(1);
    permits.free = 1;
    permits.user?.onMore();
    expect(await answer).toBe('hello');
  });
});
