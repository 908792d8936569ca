import { execFile } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent, request as requestTls } from 'node:https';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ApiDescription, parseApi } from '../../src/model';
import { type RuntimeEvent, startRuntime } from '../../src/runtime';
import { Authority, type Made, NO_OPENSSL } from './support/certificates';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, closedAddress, ok, Upstream } from './support/upstream';

const run = promisify(execFile);

type Tls = NonNullable<NonNullable<ApiDescription['listeners']>[string]['tls']>;

const pair = ({ certificate, key }: Made) => ({ certificate, key });

/** An API behind TLS with one route to one pool. */
function secureApi(address: string, tls: Tls, rest: object = {}) {
  return apiOf({
    listeners: { web: { address: '127.0.0.1', port: 1, protocol: 'https', tls, ...rest } },
    pools: { web: { targets: [{ address }], healthCheck: RARE_CHECK } },
    routes: { all: { pool: 'web' } },
    admin: { port: 2 },
  });
}

/** A server that plays a target. */
async function target(body: Buffer): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.skipIf(NO_OPENSSL !== undefined).each(TRANSPORTS)('TLS over %s', (transport) => {
  const authority = new Authority();
  const shop = authority.make({ names: ['shop.test', '*.shop.test'], addresses: ['127.0.0.1'] });

  /** Connects to a URL with Node.js's own TLS. */
  async function dial(url: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
    const { hostname: host, port } = new URL(url);
    const all = { host, port: Number(port), ca: authority.text, checkServerIdentity: () => undefined, ...options };
    const stream = connect(all);
    onTestFinished(() => void stream.destroy());
    await new Promise<void>((resolve, reject) => stream.once('secureConnect', resolve).once('error', reject));
    return stream;
  }

  /** A session that a connection can be gone on with. */
  async function sessionOf(url: string, maxVersion: 'TLSv1.2' | 'TLSv1.3', options: ConnectionOptions = {}) {
    const { hostname: host, port } = new URL(url);
    const stream = connect({ host, port: Number(port), ca: authority.text, maxVersion, ...options });
    onTestFinished(() => void stream.destroy());
    return new Promise<Buffer>((resolve, reject) => stream.once('session', resolve).once('error', reject));
  }

  it('serves https, and tells targets so', async () => {
    const upstream = await Upstream.open(answering(ok('hi')));
    const { url, runtime } = await serve(secureApi(upstream.address, { certificates: [pair(shop)] }), { transport });
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const { stdout } = await run('curl', ['-sS', '--cacert', authority.file, `${url}/a`, `${url}/b`]);
    expect(stdout).toBe('hihi');
    expect(upstream.peers.map(({ received }) => received).join('')).toContain('X-Forwarded-Proto: https\r\n');
    const metrics = await (await fetch(`${runtime.adminUrl}/metrics`)).text();
    const gauge =
      /spillway_tls_certificate_not_after_timestamp_seconds\{api="test",owner="listeners\.web",certificate="(.*)"\} (\d+)/;
    const [, file, seconds] = gauge.exec(metrics) ?? [];
    expect(file).toBe(shop.certificate);
    expect(Number(seconds) - Date.now() / 1000).toBeGreaterThan(29 * 86_400);
  });

  it('carries large bodies both ways, over one connection', async () => {
    const body = randomBytes(1_000_000);
    const { url } = await serve(secureApi(await target(body), { certificates: [pair(shop)] }), { transport });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.text });
    onTestFinished(() => agent.destroy());
    for (let i = 0; i < 5; i++) {
      const answer = await new Promise<Buffer>((resolve, reject) => {
        const outgoing = requestTls(url, { method: 'POST', agent }, (incoming) => {
          const parts: Buffer[] = [];
          incoming.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
        });
        outgoing.on('error', reject).end(body);
      });
      expect(answer.equals(body)).toBe(true);
    }
  });

  it('agrees on HTTP/2 where the listener has it, and on HTTP/1.1 where the client wants that', async () => {
    const upstream = await Upstream.open(answering(ok('hi')));
    const tls = { certificates: [pair(shop)] };
    const both = await serve(secureApi(upstream.address, tls, { http2: true }), { transport });
    const one = await serve(secureApi(upstream.address, tls), { transport });
    const version = async (url: string, ...options: string[]) => {
      const format = ['-o', '/dev/null', '-w', '%{http_version} %{http_code}'];
      return (await run('curl', ['-sS', '--cacert', authority.file, ...format, ...options, url])).stdout;
    };
    expect(await version(both.url)).toBe('2 200');
    expect(await version(both.url, '--http1.1')).toBe('1.1 200');
    expect(await version(both.url, '--no-alpn')).toBe('1.1 200');
    expect(await version(one.url)).toBe('1.1 200');
  });

  it('begins after the PROXY protocol, which tells who asks', async () => {
    const upstream = await Upstream.open(answering(ok('hi')));
    const { url } = await serve(secureApi(upstream.address, { certificates: [pair(shop)] }, { proxyProtocol: true }), {
      transport,
    });
    const tcp = connectTcp(Number(new URL(url).port), '127.0.0.1');
    tcp.write('PROXY TCP4 192.0.2.7 192.0.2.1 1234 443\r\n');
    const stream = connect({ socket: tcp, ca: authority.text, servername: 'shop.test' });
    onTestFinished(() => void stream.destroy());
    stream.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await textOf(stream, 'hi');
    const told = upstream.peers.map(({ received }) => received).join('');
    expect(told).toContain('X-Forwarded-For: 192.0.2.7\r\n');
  });

  it('ends a connection that sends no handshake, and counts it', async () => {
    const api = secureApi('127.0.0.1:9', { certificates: [pair(shop)] }, { limits: { headTimeout: '100ms' } });
    const { url, runtime } = await serve(api, { transport });
    const [silent, plain] = [await Peer.to(url), await Peer.to(url)];
    plain.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await Promise.all([silent.end(), plain.end()]);
    const counted = () => fetch(`${runtime.adminUrl}/metrics`).then((response) => response.text());
    await vi.waitFor(async () =>
      expect(await counted()).toContain('spillway_tls_handshake_failures_total{api="test",listener="web"} 2'),
    );
  });

  it('gives new connections a certificate whose files were replaced, and lets those that stand go on', async () => {
    const upstream = await Upstream.open(answering(ok('hi')));
    const place = copyOf(shop);
    const events: RuntimeEvent[] = [];
    const onEvent = (event: RuntimeEvent) => void events.push(event);
    const { url, runtime } = await serve(secureApi(upstream.address, { certificates: [place] }), {
      transport,
      onEvent,
    });
    const before = await dial(url);
    expect(namesOf(before)).toContain('shop.test');
    const next = authority.make({ names: ['next.test'] });
    replace(place, next);
    await vi.waitFor(async () => expect(namesOf(await dial(url))).toBe('DNS:next.test'), 5_000);
    expect(events).toContainEqual({
      kind: 'certificate',
      owner: 'listeners.web',
      file: place.certificate,
      state: 'renewed',
    });
    before.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await textOf(before, 'hi')).toContain('200 OK');
    writeFileSync(place.certificate, 'garbage');
    const metrics = () => fetch(`${runtime.adminUrl}/metrics`).then((response) => response.text());
    const stale = `spillway_tls_file_stale{api="test",owner="listeners.web",file="${place.certificate}"} 1`;
    await vi.waitFor(async () => expect(await metrics()).toContain(stale), 5_000);
    expect(namesOf(await dial(url))).toBe('DNS:next.test');
    replace(place, shop);
    await vi.waitFor(async () => expect(await metrics()).not.toContain(stale), 5_000);
  });

  it('takes on other settings of TLS with a reload, on the port as it is', async () => {
    const upstream = await Upstream.open(answering(ok('hi')));
    const certificates = [pair(shop)];
    const { url, runtime } = await serve(secureApi(upstream.address, { certificates }), { transport });
    expect((await dial(url, { maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
    await runtime.reload(secureApi(upstream.address, { certificates, minVersion: '1.3' }));
    await expect(dial(url, { maxVersion: 'TLSv1.2' })).rejects.toThrow();
    expect((await dial(url)).getProtocol()).toBe('TLSv1.3');
    await runtime.reload(simpleApi([upstream.address]));
    expect(runtime.addresses[0].url).toBe(url.replace('https', 'http'));
    expect(await (await fetch(runtime.addresses[0].url)).text()).toBe('hi');
    await runtime.reload(secureApi(upstream.address, { certificates }));
    expect(runtime.addresses[0].url).toBe(url);
    expect((await dial(url)).authorized).toBe(true);
  });

  it('changes nothing with a reload whose certificate cannot be used, and does not start with one', async () => {
    const { url, runtime } = await serve(secureApi('127.0.0.1:9', { certificates: [pair(shop)] }), { transport });
    const wrong = { certificates: [{ certificate: shop.certificate, key: authority.file }] };
    const failure = { name: 'TlsFileError', message: `${authority.file}: it holds no private key in PEM` };
    await expect(runtime.reload(secureApi('127.0.0.1:9', wrong))).rejects.toMatchObject(failure);
    expect((await dial(url)).authorized).toBe(true);
    await expect(startRuntime(secureApi('127.0.0.1:9', wrong), { transport })).rejects.toMatchObject(failure);
  });

  it('tells of a certificate that has expired', async () => {
    const expired = authority.make({ names: ['old.test'], days: -1 });
    const events: RuntimeEvent[] = [];
    const onEvent = (event: RuntimeEvent) => void events.push(event);
    await serve(secureApi('127.0.0.1:9', { certificates: [pair(expired)] }), { transport, onEvent });
    const file = expired.certificate;
    expect(events).toEqual([{ kind: 'certificate', owner: 'listeners.web', file, state: 'expired' }]);
  });

  it('chooses the certificate by name, of a folder that grows', async () => {
    const directory = folder();
    copyFileSync(shop.certificate, join(directory, 'a.crt'));
    copyFileSync(shop.key, join(directory, 'a.key'));
    const { url } = await serve(secureApi('127.0.0.1:9', { directory }), { transport });
    const asked = async (servername: string) => namesOf(await dial(url, { servername, rejectUnauthorized: false }));
    expect(await asked('other.test')).toContain('shop.test');
    const other = authority.make({ names: ['other.test'] });
    writeFileSync(join(directory, 'b.pem'), other.certificateText + other.keyText);
    await vi.waitFor(async () => expect(await asked('other.test')).toBe('DNS:other.test'), 5_000);
    expect(await asked('a.shop.test')).toContain('shop.test');
  });

  it('tells targets the certificate of a client, under every name, and nobody else', async () => {
    const upstream = await Upstream.open(answering(ok('hi')));
    const other = authority.make({ names: ['other.test'] });
    const clientCertificates = { authority: authority.file, required: false };
    const tls = { certificates: [pair(shop), pair(other)], clientCertificates };
    const { url } = await serve(secureApi(upstream.address, tls), { transport });
    const client = authority.make({ subject: '/CN=somebody' });
    const ask = async (options: ConnectionOptions, field: string) => {
      const stream = await dial(url, options);
      stream.write(`GET / HTTP/1.1\r\nHost: x\r\n${field}\r\n`);
      await textOf(stream, 'hi');
      return upstream.peers
        .map(({ received }) => received)
        .join('')
        .split('GET /')
        .at(-1) as string;
    };
    const given = { cert: client.certificateText, key: client.keyText };
    const raw = new X509Certificate(client.certificateText).raw.toString('base64');
    for (const servername of ['shop.test', 'other.test']) {
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        const told = await ask(
          { ...given, servername, maxVersion },
          'Client-Cert: :forged:\r\nClient-Cert-Chain: :x:\r\n',
        );
        expect(told.match(/client-cert.*/gi)).toEqual([`Client-Cert: :${raw}:`]);
      }
    }
    expect(await ask({}, 'CLIENT-cert: :forged:\r\nClient_Cert: x\r\n')).not.toMatch(/client.cert/i);
    const stranger = new Authority('Stranger').make();
    await expect(ask({ cert: stranger.certificateText, key: stranger.keyText }, '')).rejects.toThrow();
  });

  it('requires the certificate of clients, which a session of another listener cannot stand in for', async () => {
    const [open, closed] = [await freePort(), await freePort()];
    const certificates = [pair(shop)];
    const web = (tls: Tls, port: number) => ({ address: '127.0.0.1', port, protocol: 'https' as const, tls });
    const required = { certificates, clientCertificates: { authority: authority.file } };
    const api = parseApi({
      ...{ version: 1, name: 'test', pools: {} },
      listeners: { open: web({ certificates }, open), closed: web(required, closed) },
      routes: { all: { fallback: { text: 'hi' } } },
    });
    const { runtime } = await serve(api, { transport });
    const [openUrl, closedUrl] = runtime.addresses.map(({ url }) => url);
    const ask = async (url: string, options: ConnectionOptions) => {
      const stream = await dial(url, options);
      stream.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      return textOf(stream, 'hi');
    };
    const client = authority.make();
    const given = { cert: client.certificateText, key: client.keyText };
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const session = await sessionOf(openUrl, maxVersion);
      expect((await dial(openUrl, { session, maxVersion })).isSessionReused()).toBe(true);
      await expect(ask(closedUrl, { session, maxVersion })).rejects.toThrow();
      await expect(ask(closedUrl, { maxVersion })).rejects.toThrow();
      expect(await ask(closedUrl, { ...given, maxVersion })).toContain('200 OK');
      const own = await sessionOf(closedUrl, maxVersion, given);
      const again = await dial(closedUrl, { session: own, maxVersion });
      expect(again.isSessionReused()).toBe(true);
      again.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      expect(await textOf(again, 'hi')).toContain('200 OK');
    }
  });

  it('sends every request of a listener to https, with its host and its target', async () => {
    const [plain, secure] = [await freePort(), await freePort()];
    const tls = { certificates: [pair(shop)] };
    const api = (port: number) =>
      parseApi({
        ...{ version: 1, name: 'test', pools: {}, routes: { all: { fallback: { text: 'hi' } } } },
        listeners: {
          web: { address: '127.0.0.1', port: plain, redirectTo: 'secure', http2: true },
          secure: { address: '127.0.0.1', port, protocol: 'https', tls },
        },
      });
    const { runtime } = await serve(api(secure), { transport });
    const client = await Peer.to(runtime.addresses[0].url);
    const ask = async (request: string) => {
      client.received = '';
      client.send(`${request}\r\n`);
      const answer = await client.until('\r\n\r\n');
      return (
        /^HTTP\/1\.1 308 Permanent Redirect\r\nLocation: (.*)\r\nContent-Length: 0\r\n/.exec(answer)?.[1] ?? answer
      );
    };
    const at = (target: string) => `https://shop.test:${secure}${target}`;
    expect(await ask('GET /a/b?c=d&e HTTP/1.1\r\nHost: shop.test:8080\r\n')).toBe(at('/a/b?c=d&e'));
    expect(await ask('POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 2\r\n\r\nhi')).toBe(at('/'));
    expect(await ask('GET http://shop.test/x?y HTTP/1.1\r\nHost: other\r\n')).toBe(at('/x?y'));
    expect(await ask('GET http://shop.test?y HTTP/1.1\r\nHost: other\r\n')).toBe(at('/?y'));
    expect(await ask('OPTIONS * HTTP/1.1\r\nHost: shop.test\r\n')).toBe(at('/'));
    expect(await ask('GET / HTTP/1.1\r\nHost: [::1]:80\r\n')).toBe(`https://[::1]:${secure}/`);
    expect(await ask('GET / HTTP/1.0\r\nConnection: keep-alive\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const { stdout } = await run('curl', [
      ...['-sS', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}', '--http2-prior-knowledge'],
      `${runtime.addresses[0].url}/h2?x`,
    ]);
    expect(stdout).toBe(`308 https://127.0.0.1:${secure}/h2?x`);
  });
});

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-tls-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A certificate in files of its own. */
function copyOf(made: Made): { certificate: string; key: string } {
  const directory = folder();
  const place = { certificate: join(directory, 'web.crt'), key: join(directory, 'web.key') };
  replace(place, made);
  return place;
}

function replace({ certificate, key }: { certificate: string; key: string }, made: Made): void {
  copyFileSync(made.certificate, certificate);
  copyFileSync(made.key, key);
}

async function freePort(): Promise<number> {
  return Number((await closedAddress()).split(':')[1]);
}

function namesOf(stream: TLSSocket): string | undefined {
  return stream.getPeerX509Certificate()?.subjectAltName;
}

/** What comes, up to a text. */
function textOf(stream: TLSSocket, end: string): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    stream.on('data', (part) => {
      text += part;
      if (text.endsWith(end)) resolve(text);
    });
    stream.once('error', reject);
    stream.once('close', () => reject(new Error(`closed after: ${text}`)));
  });
}
