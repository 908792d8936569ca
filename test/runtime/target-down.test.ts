import { describe, expect, it } from 'vitest';
import { Peer } from './support/peer';
import { apiOf, serve, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

const OFTEN = {
  path: '/healthz',
  interval: '1s',
  timeout: '1s',
  jitterPercent: 0,
  healthyThreshold: 1,
  unhealthyThreshold: 1,
};
const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody';

/** A target that is well by its probes until it is told otherwise, and says nothing to requests. */
async function silent() {
  const state = { well: true };
  const target = await Upstream.open((peer) =>
    peer.socket.on('data', (data) => {
      if (!String(data).startsWith('GET /healthz')) return;
      peer.send(ok('', state.well ? '200 OK' : '500 Internal Server Error'));
    }),
  );
  const asked = async () => {
    for (;;) {
      const peer = await target.request();
      if (!peer.received.startsWith('GET /healthz')) return peer;
    }
  };
  return { state, target, asked };
}

describe.each(TRANSPORTS)('a request that waits for a target over %s', (transport) => {
  async function start(addresses: readonly string[]) {
    const targets = addresses.map((address, index) => ({ address, priority: -index }));
    const api = apiOf({
      pools: { web: { targets: targets as never, healthCheck: OFTEN } },
      routes: { all: { pool: 'web', timeouts: { response: '1m', request: '1m' } } },
    });
    const { url } = await serve(api, { transport });
    return { url, client: await Peer.to(url) };
  }

  it('goes to another one once probes find the target down', async () => {
    const { state, target, asked } = await silent();
    const second = await Upstream.open(answering(ok('second')));
    const { client } = await start([target.address, second.address]);
    client.send(GET);
    const waiting = await asked();
    state.well = false;
    expect(await client.until('second')).toBe(ok('second'));
    await waiting.end();
  });

  it.each([
    ['must not be sent twice', POST, 2],
    ['has no other target', GET, 1],
  ])('goes on waiting where it %s', async (_, request, count) => {
    const { state, target, asked } = await silent();
    const second = await Upstream.open(answering(ok('second')));
    const { client, url } = await start([target.address, second.address].slice(0, count));
    client.send(request);
    const waiting = await asked();
    state.well = false;
    await outOfService(url);
    waiting.send(ok('first'));
    expect(await client.until('first')).toBe(ok('first'));
  });
});

/** Resolves once the first target gets no more requests. */
async function outOfService(url: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const peer = await Peer.to(url);
    peer.send('GET /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const answer = await Promise.race([peer.end(), new Promise<void>((resolve) => setTimeout(resolve, 20))]);
    const { received } = peer;
    peer.socket.resetAndDestroy();
    if (answer !== undefined && received !== '') return;
  }
  throw new Error('the target is still asked');
}
