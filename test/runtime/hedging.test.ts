import { describe, expect, it } from 'vitest';
import { Peer } from './support/peer';
import { serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody';

/** Reads requests and says nothing. */
const silent = () => {};

describe.each(TRANSPORTS)('a slow request over %s', (transport) => {
  /** One client, and targets that are tried in this order. */
  async function start(targets: readonly Upstream[], retry: object = {}) {
    const ordered = targets.map(({ address }, index) => ({ address, priority: -index }));
    const route = { retry: { hedgeAfter: '30ms', ...retry }, timeouts: { response: '10s', request: '10s' } };
    const { url, runtime } = await serve(simpleApi(ordered, route), { transport });
    return { runtime, client: await Peer.to(url) };
  }

  it('is answered by a second target while the first is silent, whose connection is closed', async () => {
    const first = await Upstream.open(silent);
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([first, second]);
    client.send(GET);
    expect(await client.until('second')).toBe(ok('second'));
    await (await first.request()).end();
  });

  it('is answered by the first target where that is done before the second, which is given up', async () => {
    const first = await Upstream.open();
    const second = await Upstream.open(silent);
    const { client } = await start([first, second]);
    client.send(GET);
    const slow = await first.request();
    const other = await second.request();
    slow.send(ok('first'));
    expect(await client.until('first')).toBe(ok('first'));
    await other.end();
  });

  it('gets the whole of the winner’s response, also where it comes in pieces', async () => {
    const first = await Upstream.open(silent);
    const second = await Upstream.open();
    const { client } = await start([first, second]);
    client.send(GET);
    const winner = await second.request();
    winner.send('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsec');
    await client.until('sec');
    winner.send('ond');
    await client.until('second');
    client.send(GET);
    await first.request();
  });

  it('is answered by the other where one fails', async () => {
    const first = await Upstream.open();
    const second = await Upstream.open();
    const { client } = await start([first, second]);
    client.send(GET);
    const [slow, other] = [await first.request(), await second.request()];
    slow.socket.resetAndDestroy();
    other.send(ok('second'));
    expect(await client.until('second')).toBe(ok('second'));
  });

  it('is answered by the other where one answers with a status that is to be retried', async () => {
    const first = await Upstream.open();
    const second = await Upstream.open();
    const { client } = await start([first, second], { on: [503] });
    client.send(GET);
    const [slow, other] = [await first.request(), await second.request()];
    other.send(ok('busy', '503 Service Unavailable'));
    slow.send(ok('first'));
    expect(await client.until('first')).toBe(ok('first'));
  });

  it.each([
    ['is not idempotent', POST, {}],
    ['has no budget left', GET, { budgetPercent: 0 }],
    ['may be tried only once', GET, { attempts: 1 }],
  ])('waits for its target where it %s', async (_, request, retry) => {
    const first = await Upstream.open();
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([first, second], retry);
    client.send(request);
    const slow = await first.request();
    // Longer than it takes to ask another.
    await new Promise((resolve) => setTimeout(resolve, 80));
    slow.send(ok('first'));
    expect(await client.until('first')).toBe(ok('first'));
    expect(second.used).toBe(0);
  });

  it('leaves nothing under way when its client leaves', async () => {
    const first = await Upstream.open();
    const second = await Upstream.open();
    const { client } = await start([first, second]);
    client.send(GET);
    const [slow, other] = [await first.request(), await second.request()];
    client.socket.resetAndDestroy();
    await slow.end();
    await other.end();
  });
});

describe.each(TRANSPORTS)('backoff over %s', (transport) => {
  it('waits before another attempt, and makes it', async () => {
    const first = await Upstream.open((peer) => peer.socket.on('data', () => peer.socket.resetAndDestroy()));
    const second = await Upstream.open(answering(ok('second')));
    const targets = [first.address, { address: second.address, priority: -1 }];
    const route = { retry: { backoff: { base: '20ms', max: '20ms' } } };
    const { url } = await serve(simpleApi(targets, route), { transport });
    const client = await Peer.to(url);
    client.send(GET);
    expect(await client.until('second')).toBe(ok('second'));
  });

  it('ends with its client', async () => {
    const first = await Upstream.open((peer) => peer.socket.on('data', () => peer.socket.resetAndDestroy()));
    const second = await Upstream.open(answering(ok('second')));
    const targets = [first.address, { address: second.address, priority: -1 }];
    const route = { retry: { backoff: { base: '10s', max: '10s' } } };
    const { url, runtime } = await serve(simpleApi(targets, route), { transport });
    const client = await Peer.to(url);
    client.send(GET);
    await first.request();
    client.socket.resetAndDestroy();
    await runtime.stop();
    expect(second.used).toBe(0);
  });
});
