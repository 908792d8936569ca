import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, closedAddress, ok, Upstream } from './support/upstream';

const get = (fields = '', path = '/') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`;

describe.each(TRANSPORTS)('a fallback over %s', (transport) => {
  async function start(targets: readonly (string | object)[], route: object, rest: object = {}) {
    const { url, runtime } = await serve(simpleApi(targets, route, {}, rest), { transport });
    return { runtime, client: await Peer.to(url) };
  }

  it('answers in the form that the client accepts', async () => {
    const fallback = { text: 'sorry', alternatives: [{ contentType: 'text/html', text: '<p>sorry</p>' }] };
    const { client } = await start([await closedAddress()], { fallback });
    client.send(get('Accept: text/html\r\n'));
    expect(await client.until('</p>')).toMatch(
      /^HTTP\/1\.1 502 [\s\S]*Content-Type: text\/html\r\n[\s\S]*<p>sorry<\/p>$/,
    );
    client.send(get('Accept: application/json, */*;q=0.1\r\n'));
    expect(await client.until(/sorry$/)).toContain('Content-Type: text/plain');
  });

  it('answers with what a file holds', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'spillway-fallback-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'sorry.html');
    writeFileSync(path, '<p>sorry</p>');
    const { client } = await start([await closedAddress()], { fallback: { file: { path } } });
    client.send(get());
    expect(await client.until('</p>')).toMatch(/^HTTP\/1\.1 502 [\s\S]*Content-Type: text\/html[\s\S]*<p>sorry<\/p>$/);
  });

  it('sends the client elsewhere', async () => {
    const { client } = await start([await closedAddress()], { fallback: { redirect: { location: '/sorry' } } });
    client.send(get());
    expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 302 [\s\S]*Location: \/sorry\r\n/);
  });

  it('gives the last good answer again, of each path its own', async () => {
    const target = await Upstream.open((peer) =>
      peer.socket.on('data', (data) => peer.send(ok(String(data).split(' ')[1]))),
    );
    const { client } = await start([target.address], { fallback: { stale: { maxAge: '10m' } } });
    client.send(get('', '/a'));
    await client.until('/a');
    client.send(get('', '/b'));
    await client.until('/b');
    await target.close();
    client.send(get('', '/a'));
    expect(await client.until(/\/a$/)).toMatch(/200 OK[\s\S]*Age: \d+[\s\S]*\/a$/);
    client.send(get('', '/c'));
    expect(await client.until('no target answered')).toContain('HTTP/1.1 502 ');
  });

  it('hands on a bad answer where it has no good one', async () => {
    const target = await Upstream.open(answering(ok('broken', '503 Service Unavailable')));
    const fallback = { on: [503], stale: { maxAge: '10m' } };
    const { client } = await start([target.address], { fallback });
    client.send(get());
    expect(await client.until('broken')).toBe(ok('broken', '503 Service Unavailable'));
  });

  it('asks another pool, also in place of a status', async () => {
    const live = await Upstream.open(answering(ok('busy', '503 Service Unavailable')));
    const other = await Upstream.open(answering(ok('other pool')));
    const pools = {
      web: { targets: [{ address: live.address }], healthCheck: RARE_CHECK },
      other: { targets: [{ address: other.address }], healthCheck: RARE_CHECK },
    };
    const { client } = await start([], { fallback: { on: ['unavailable', 503], pool: 'other' } }, { pools });
    client.send(get());
    expect(await client.until('other pool')).toBe(ok('other pool'));
  });

  it('ends where its pool fails as well', async () => {
    const pools = {
      web: { targets: [{ address: await closedAddress() }], healthCheck: RARE_CHECK },
      other: { targets: [{ address: await closedAddress() }], healthCheck: RARE_CHECK },
    };
    const { client } = await start([], { fallback: { pool: 'other' } }, { pools });
    client.send(get());
    await client.until('HTTP/1.1 502 ');
  });

  it('sends nothing twice that must not be sent twice', async () => {
    const live = await Upstream.open((peer) => peer.socket.on('data', () => peer.socket.resetAndDestroy()));
    const other = await Upstream.open(answering(ok('other pool')));
    const pools = {
      web: { targets: [{ address: live.address }], healthCheck: RARE_CHECK },
      other: { targets: [{ address: other.address }], healthCheck: RARE_CHECK },
    };
    const { client } = await start([], { fallback: { pool: 'other' } }, { pools });
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody');
    await client.until('HTTP/1.1 502 ');
    expect(other.used).toBe(0);
  });
});

describe.each(TRANSPORTS)('a staged failure over %s', (transport) => {
  async function start(faults: readonly object[], route: object = {}) {
    const target = await Upstream.open(answering(ok('well')));
    const until = '2099-01-01T00:00:00Z';
    const staged = faults.map((fault) => ({ until, ...fault }));
    const { url } = await serve(simpleApi([target.address], { faults: staged, ...route }), { transport });
    return { target, client: await Peer.to(url) };
  }

  it('answers in place of the target, and the connection goes on', async () => {
    const { client, target } = await start([{ abort: { status: 503 }, header: 'X-Fault' }]);
    client.send(get('X-Fault: 1\r\n'));
    await client.until('staged failure');
    expect(target.used).toBe(0);
    client.send(get());
    await client.until('well');
  });

  it('is met by the fallback as a real one would be', async () => {
    const { client } = await start([{ abort: { status: 503 } }], { fallback: { text: 'sorry' } });
    client.send(get());
    expect(await client.until('sorry')).toMatch(/^HTTP\/1\.1 503 /);
  });

  it('resets the client’s connection', async () => {
    const { client, target } = await start([{ reset: true }]);
    client.send(get());
    await client.end();
    expect([client.received, target.used]).toEqual(['', 0]);
  });

  it('holds a request back', async () => {
    const { client, target } = await start([{ delay: '100ms' }]);
    const begun = performance.now();
    client.send(get());
    await client.until('well');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(100);
    expect(target.used).toBe(1);
  });

  it('holds a request back no longer than it may take', async () => {
    const { client } = await start([{ delay: '10s' }], { timeouts: { request: '50ms' } });
    client.send(get());
    await client.until('HTTP/1.1 504 ');
  });

  it('hands a body on slowly, and whole', async () => {
    const { client } = await start([{ bodyRate: '10B' }]);
    client.send(get());
    expect(await client.until('well')).toBe(ok('well'));
  });
});

describe.each(TRANSPORTS)('a split over %s', (transport) => {
  it('gives each arm its share, lets a failing arm go on to its next tier, and keeps clients with their arm', async () => {
    const [stable, canary] = [
      await Upstream.open(answering(ok('stable'))),
      await Upstream.open(answering(ok('canary'))),
    ];
    const dead = await closedAddress();
    const pool = (address: string) => ({ targets: [{ address }], healthCheck: RARE_CHECK });
    const api = apiOf({
      pools: { stable: pool(stable.address), canary: pool(canary.address), dead: pool(dead) },
      routes: {
        all: {
          split: {
            arms: [
              { name: 'stable', tiers: ['stable'], weight: 3 },
              { name: 'canary', tiers: ['dead', 'canary'], weight: 1 },
            ],
            affinity: { cookie: 'cohort' },
          },
        },
      },
    });
    const { url } = await serve(api, { transport });
    const answers: string[] = [];
    for (let i = 0; i < 8; i++) {
      const client = await Peer.to(url);
      client.send(get());
      answers.push(/(stable|canary)$/.exec(await client.until(/(stable|canary)$/))?.[1] ?? '');
      expect(client.received).toContain(`Set-Cookie: cohort=${answers[i]};`);
    }
    expect(answers.filter((answer) => answer === 'canary')).toHaveLength(2);
    const returning = await Peer.to(url);
    for (let i = 0; i < 4; i++) {
      returning.send(get('Cookie: cohort=canary\r\n'));
      await returning.until(new RegExp(`(canary[\\s\\S]*){${i + 1}}$`));
    }
    expect(returning.received).not.toMatch(/stable|Set-Cookie/);
  });
});

describe.each(TRANSPORTS)('a rehearsal over %s', (transport) => {
  async function start(standby: (peer: Peer) => void) {
    const first = await Upstream.open(answering(ok('first')));
    const second = await Upstream.open(standby);
    const targets = [first.address, { address: second.address, priority: -1 }];
    const route = { rehearsal: { percent: 100, maxFailurePercent: 100, timeout: '50ms' } };
    const { url } = await serve(simpleApi(targets, route), { transport });
    return { first, second, client: await Peer.to(url) };
  }

  it('is answered by the next tier', async () => {
    const { client, first } = await start(answering(ok('second')));
    client.send(get());
    expect(await client.until('second')).toBe(ok('second'));
    expect(first.used).toBe(0);
  });

  it.each([
    ['answers 500', answering(ok('broken', '500 Internal Server Error'))],
    ['resets', (peer: Peer) => peer.socket.on('data', () => peer.socket.resetAndDestroy())],
    ['says nothing', () => {}],
  ])('goes unnoticed where the next tier %s', async (_, play) => {
    const { client, second } = await start(play as (peer: Peer) => void);
    client.send(get());
    expect(await client.until('first')).toBe(ok('first'));
    expect(second.used).toBe(1);
  });
});
