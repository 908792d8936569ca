import { copyFileSync } from 'node:fs';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ApiDescription } from '../../src/model';
import { type RuntimeEvent, startRuntime } from '../../src/runtime';
import { Authority, NO_OPENSSL } from './support/certificates';
import { Peer } from './support/peer';
import { SecureTarget } from './support/secure-target';
import { apiOf, RARE_CHECK, serve, TRANSPORTS } from './support/serve';
import { ok, Upstream } from './support/upstream';

type Tls = NonNullable<NonNullable<ApiDescription['pools']>[string]['tls']>;

/** An API whose targets are reached by TLS. */
function secureApi(addresses: string[], tls?: Tls, healthCheck: object = RARE_CHECK, http2 = false) {
  return apiOf({
    pools: { live: { targets: addresses.map((address) => ({ address })), protocol: 'https', tls, healthCheck, http2 } },
    routes: { all: { pool: 'live', retry: { attempts: 1 } } },
    admin: { port: 2 },
  });
}

/** Asks over a connection of its own. */
async function ask(url: string, times = 1): Promise<string> {
  const client = await Peer.to(url);
  for (let i = 1; i <= times; i++) {
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until((received) => received.split('HTTP/1.1 ').length === i + 1 && /\r\n\r\n(.+)$/.test(received));
  }
  client.close();
  return client.received;
}

describe.skipIf(NO_OPENSSL !== undefined).each(TRANSPORTS)('TLS to targets over %s', (transport) => {
  const authority = new Authority();
  const made = authority.make({ names: ['shop.test'], addresses: ['127.0.0.1'] });

  it('serves from a target that is verified by its address, over one connection', async () => {
    const target = await SecureTarget.open(made, {}, ok('hi'));
    const { url } = await serve(secureApi([target.address], { authority: authority.file }), { transport });
    expect(await ask(url, 3)).toMatch(/hi$/);
    expect(target.streams).toHaveLength(1);
    expect(target.received[0]).toContain(`X-Forwarded-Proto: http\r\n`);
  });

  it('goes on with a session where it connects anew', async () => {
    const target = await SecureTarget.open(
      made,
      {},
      `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi`,
    );
    const { url } = await serve(secureApi([target.address], { authority: authority.file }), { transport });
    for (let i = 0; i < 3; i++) expect(await ask(url)).toMatch(/^HTTP\/1\.1 200 /);
    expect(target.reused).toEqual([false, true, true]);
  });

  it('verifies by another name where one is given', async () => {
    const target = await SecureTarget.open(authority.make({ names: ['inner.test'] }), {}, ok('hi'));
    const tls = { authority: authority.file };
    const { url } = await serve(secureApi([target.address], { ...tls, serverName: 'inner.test' }), { transport });
    expect(await ask(url)).toMatch(/hi$/);
    const { url: wrong } = await serve(secureApi([target.address], tls), { transport });
    expect(await ask(wrong)).toMatch(/^HTTP\/1\.1 502 /);
    const { url: unverified } = await serve(secureApi([target.address], { verify: false }), { transport });
    expect(await ask(unverified)).toMatch(/hi$/);
  });

  it('refuses a target whose authority is not trusted, and one that is too old', async () => {
    const target = await SecureTarget.open(made, { maxVersion: 'TLSv1.2' }, ok('hi'));
    const { url } = await serve(secureApi([target.address]), { transport });
    expect(await ask(url)).toMatch(/^HTTP\/1\.1 502 /);
    const strict = secureApi([target.address], { authority: authority.file, minVersion: '1.3' });
    expect(await ask((await serve(strict, { transport })).url)).toMatch(/^HTTP\/1\.1 502 /);
    expect(target.received.join('')).toBe('');
  });

  it('presents its certificate to targets that want one, and a new one once it has been replaced', async () => {
    const answer = ok('hi');
    const target = await SecureTarget.open(
      made,
      { ca: authority.text, requestCert: true, rejectUnauthorized: true },
      answer,
    );
    const [own, next] = ['first', 'second'].map((name) => authority.make({ subject: `/CN=${name}` }));
    const place = {
      certificate: join(authority.directory, `${transport}.crt`),
      key: join(authority.directory, `${transport}.key`),
    };
    const put = ({ certificate, key }: typeof own) => {
      copyFileSync(certificate, place.certificate);
      copyFileSync(key, place.key);
    };
    put(own);
    const events: RuntimeEvent[] = [];
    const onEvent = (event: RuntimeEvent) => void events.push(event);
    const api = secureApi([target.address], { authority: authority.file, ...place });
    const { url, runtime } = await serve(api, { transport, onEvent });
    expect(await ask(url)).toMatch(/hi$/);
    expect(target.streams[0].getPeerCertificate().subject.CN).toBe('first');
    put(next);
    const renewed = { kind: 'certificate', owner: 'pools.live', file: place.certificate, state: 'renewed' };
    await vi.waitFor(() => expect(events).toContainEqual(renewed), 5_000);
    await runtime.reload(api);
    expect(await ask(url)).toMatch(/hi$/);
    expect(target.streams.at(-1)?.getPeerCertificate().subject.CN).toBe('second');
  });

  it('does not go on with connections that were secured otherwise', async () => {
    const target = await SecureTarget.open(made, {}, ok('hi'));
    const { url, runtime } = await serve(secureApi([target.address], { verify: false }), { transport });
    await ask(url);
    await runtime.reload(secureApi([target.address], { verify: false }));
    await ask(url);
    expect(target.streams).toHaveLength(1);
    await runtime.reload(secureApi([target.address], { authority: authority.file }));
    await ask(url);
    expect(target.streams).toHaveLength(2);
    await vi.waitFor(() => expect(target.streams[0].destroyed).toBe(true));
  });

  it('probes by TLS where it probes by HTTP, and tells what is wrong', async () => {
    const good = await SecureTarget.open(made, {}, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    const bad = await SecureTarget.open(authority.make({ names: ['other.test'] }));
    const events: RuntimeEvent[] = [];
    const onEvent = (event: RuntimeEvent) => void events.push(event);
    const check = { interval: '50ms', timeout: '50ms', unhealthyThreshold: 1 };
    const api = (healthCheck: object) =>
      secureApi([good.address, bad.address], { authority: authority.file }, healthCheck);
    const { runtime } = await serve(api({ ...check, type: 'http', path: '/up' }), { transport, onEvent });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(events[0]).toEqual({
      ...{ kind: 'target', pool: 'live', target: bad.address, state: 'down', reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(good.received[0]).toContain('GET /up HTTP/1.1\r\n');
    await runtime.reload(api(check));
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ target: bad.address, state: 'up' }), 3_000);
  });

  it('asks targets how they are by gRPC over TLS, whatever requests are sent in', async () => {
    const server = createSecureServer({ cert: made.certificateText, key: made.keyText });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sessions: ServerHttp2Session[] = [];
    server.on('session', (session) => sessions.push(session));
    onTestFinished(() => {
      for (const session of sessions) session.destroy();
      server.close();
    });
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 2]));
    });
    const events: RuntimeEvent[] = [];
    const check = { ...RARE_CHECK, type: 'grpc', unhealthyThreshold: 1 };
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const api = secureApi([address], { authority: authority.file }, check);
    await serve(api, { transport, onEvent: (event) => void events.push(event) });
    await vi.waitFor(() => expect(events[0]).toMatchObject({ state: 'down', reason: 'NOT_SERVING' }), 4_000);
  });

  it('speaks HTTP/2 to targets that agree on it, and to no others; in its probes as well', async () => {
    const server = createSecureServer({ cert: made.certificateText, key: made.keyText }, (incoming, outgoing) => {
      outgoing.setHeader('content-length', 5);
      outgoing.end(`${incoming.httpVersion} ${incoming.url?.slice(0, 1)}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sessions: ServerHttp2Session[] = [];
    server.on('session', (session) => sessions.push(session));
    onTestFinished(() => {
      for (const session of sessions) session.destroy();
      server.close();
    });
    const old = await SecureTarget.open(made, { ALPNProtocols: ['http/1.1'] }, ok('hi'));
    const deaf = await SecureTarget.open(made, {}, ok('hi'));
    const good = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const events: RuntimeEvent[] = [];
    const onEvent = (event: RuntimeEvent) => void events.push(event);
    const check = { type: 'http', path: '/up', interval: '50ms', timeout: '50ms', unhealthyThreshold: 1 };
    const api = (address: string, healthCheck: object) =>
      secureApi([address], { authority: authority.file }, healthCheck, true);
    const { url } = await serve(api(good, check), { transport, onEvent });
    expect(await ask(url)).toMatch(/2\.0 \/$/);
    await vi.waitFor(() => expect(sessions.length).toBeGreaterThan(2));
    expect(events).toEqual([]);
    for (const { address } of [old, deaf]) {
      expect(await ask((await serve(api(address, RARE_CHECK), { transport })).url)).toMatch(/^HTTP\/1\.1 502 /);
      await serve(api(address, check), { transport, onEvent });
      await vi.waitFor(() =>
        expect(events).toContainEqual(expect.objectContaining({ target: address, state: 'down' })),
      );
    }
  });

  it('tells targets who asks before TLS begins', async () => {
    const upstream = await Upstream.open();
    const api = secureApi([upstream.address], { authority: authority.file });
    Object.assign(api.pools.live, { proxyProtocol: 'v1' });
    const { url } = await serve(api, { transport });
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const hello = '\x16\x03';
    await vi.waitFor(() => expect(upstream.peers.some(({ received }) => received.includes(hello))).toBe(true));
    const told = upstream.peers.map(({ received }) => received).find((received) => received.includes(hello));
    expect(told?.split(hello)[0]).toMatch(/^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+\r\n$/);
    client.close();
  });

  it('does not start with a file that cannot be used', async () => {
    const wrong = (tls: Tls) => startRuntime(secureApi(['127.0.0.1:9'], tls), { transport });
    await expect(wrong({ authority: '/none.crt' })).rejects.toThrow('/none.crt: there is no such file');
    await expect(wrong({ certificate: made.certificate, key: authority.file })).rejects.toThrow(
      `${authority.file}: it holds no private key in PEM`,
    );
  });
});
