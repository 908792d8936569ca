import { describe, expect, it, vi } from 'vitest';
import type { RuntimeEvent } from '../../src/runtime';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

function apiWith(addresses: readonly (string | object)[], words: object = {}, route: object = {}) {
  return apiOf({
    pools: {
      web: {
        targets: addresses.map((address) => (typeof address === 'string' ? { address } : address)) as never,
        healthCheck: RARE_CHECK,
        ...words,
      },
    },
    routes: { all: { pool: 'web', ...route } },
    admin: { port: 2 },
  });
}

/** Asks once over a connection of its own. */
async function ask(url: string): Promise<string> {
  const client = await Peer.to(url);
  client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  return client.all();
}

describe.each(TRANSPORTS)('targets judged by their requests over %s', (transport) => {
  it('are ejected where they fail, and clients notice nothing from then on', async () => {
    const bad = await Upstream.open(answering(ok('bad', '503 No')));
    const good = await Upstream.open(answering(ok('good')));
    const events: RuntimeEvent[] = [];
    const words = { outlierEjection: { consecutiveFailures: 2, baseTime: '1h', maxTime: '1h' } };
    const { runtime, url } = await serve(apiWith([bad.address, good.address], words), {
      transport,
      onEvent: (event) => void events.push(event),
    });
    const answers: string[] = [];
    for (let i = 0; i < 12; i++) answers.push(await ask(url));
    expect(answers.filter((text) => text.endsWith('bad'))).toHaveLength(2);
    expect(answers.slice(-8).every((text) => text.endsWith('good'))).toBe(true);
    expect(events).toMatchObject([{ kind: 'ejection', target: bad.address, state: 'ejected' }]);
    const metrics = await (await fetch(`${runtime.adminUrl}/metrics`)).text();
    expect(metrics).toContain(`spillway_target_ejected{api="test",pool="web",target="${bad.address}"} 1`);
  });

  it('move a route to its next tier once all of one are ejected, and back', async () => {
    const bad = await Upstream.open(answering(ok('bad', '500 No')));
    const standby = await Upstream.open(answering(ok('standby')));
    const events: RuntimeEvent[] = [];
    const words = { outlierEjection: { consecutiveFailures: 1, baseTime: '1s' } };
    const api = apiWith([bad.address, { address: standby.address, priority: -1 }], words);
    const { url } = await serve(api, { transport, onEvent: (event) => void events.push(event) });
    await ask(url);
    expect(await ask(url)).toContain('standby');
    await vi.waitFor(() => expect(events).toHaveLength(4), 4_000);
    expect(events).toMatchObject([
      { kind: 'ejection', state: 'ejected' },
      { kind: 'tier', from: 'web', to: 'web/-1' },
      { kind: 'ejection', state: 'returned' },
      { kind: 'tier', from: 'web/-1', to: 'web' },
    ]);
  });

  it('get a trickle of requests once their breaker is half-open, and all of them once it has closed', async () => {
    let text = ok('bad', '500 No');
    const only = await Upstream.open((peer) => peer.socket.on('data', () => peer.send(text)));
    const events: RuntimeEvent[] = [];
    const words = { circuitBreaker: { minimumRequests: 3, openFor: '1s', trialRequests: 1 } };
    const { url } = await serve(apiWith([only.address], words), {
      transport,
      onEvent: (event) => void (event.kind === 'breaker' && events.push(event)),
    });
    for (let i = 0; i < 3; i++) expect(await ask(url)).toMatch(/^HTTP\/1\.1 500 /);
    expect(events).toMatchObject([{ state: 'open' }]);
    text = ok('good');
    const used = only.used;
    expect(await ask(url)).toMatch(/^HTTP\/1\.1 503 /);
    expect(only.used).toBe(used);
    await vi.waitFor(() => expect(events).toHaveLength(2), 4_000);
    expect(await ask(url)).toContain('good');
    expect(events).toMatchObject([{ state: 'open' }, { state: 'halfOpen' }, { state: 'closed' }]);
    expect(await ask(url)).toContain('good');
  });

  it('open no breaker where clients leave', async () => {
    const silent = await Upstream.open();
    const events: RuntimeEvent[] = [];
    const words = { circuitBreaker: { minimumRequests: 1, consecutiveFailures: 1 } };
    const { url } = await serve(apiWith([silent.address], words), {
      transport,
      onEvent: (event) => void events.push(event),
    });
    for (let i = 0; i < 3; i++) {
      const client = await Peer.to(url);
      client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      const target = await silent.request();
      client.socket.resetAndDestroy();
      await target.end();
    }
    expect(events).toEqual([]);
  });
});

describe.each(TRANSPORTS)('targets that drain over %s', (transport) => {
  it('get no requests, and finish those that they have', async () => {
    const [leaving, staying] = [await Upstream.open(), await Upstream.open(answering(ok('staying')))];
    const api = (drain: boolean) => apiWith([{ address: leaving.address, drain }, staying.address]);
    const { runtime, url } = await serve(api(false), { transport });
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const target = await leaving.request();
    await runtime.reload(api(true));
    for (let i = 0; i < 4; i++) expect(await ask(url)).toContain('staying');
    const status = await (await fetch(`${runtime.adminUrl}/status`)).json();
    expect(status).toMatchObject({ pools: { web: [{ draining: true }, {}] } });
    target.send(ok('leaving'));
    await client.until('leaving');
  });

  it.each(['drains', 'leaves'])('within their time: a target that %s has what is left cut', async (how) => {
    const [leaving, staying] = [await Upstream.open(), await Upstream.open(answering(ok('staying')))];
    const api = (first: readonly object[]) => apiWith([...first, staying.address], { drainTimeout: '200ms' });
    const { runtime, url } = await serve(api([{ address: leaving.address }]), { transport });
    const answered = await Peer.to(url);
    answered.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    (await leaving.request()).send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    await answered.until('half');
    await ask(url);
    const unanswered = await Peer.to(url);
    unanswered.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await leaving.request();
    await runtime.reload(api(how === 'drains' ? [{ address: leaving.address, drain: true }] : []));
    // What was not answered yet is sent to somebody else.
    expect(await unanswered.until('staying')).toMatch(/^HTTP\/1\.1 200 /);
    await answered.end();
    expect(answered.received).toMatch(/half$/);
  });

  it('have as long as they like without a time', async () => {
    const [leaving, staying] = [await Upstream.open(), await Upstream.open(answering(ok('staying')))];
    const { runtime, url } = await serve(apiWith([leaving.address, staying.address]), { transport });
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const target = await leaving.request();
    await runtime.reload(apiWith([staying.address]));
    target.send(ok('leaving'));
    await client.until('leaving');
  });
});
