import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Agent, request as requestTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ApiDescription } from '../../src/model';
import { Authority, type Made, NO_OPENSSL } from './support/certificates';
import { Peer } from './support/peer';
import { apiOf, RARE_CHECK, serve, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

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

  it('serves https, and tells targets so', async () => {
    const upstream = await Upstream.open(answering(ok('hi')));
    const { url, runtime } = await serve(secureApi(upstream.address, { certificates: [pair(shop)] }), { transport });
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const { stdout } = await run('curl', ['-sS', '--cacert', authority.file, `${url}/a`, `${url}/b`]);
    expect(stdout).toBe('hihi');
    expect(upstream.peers.map(({ received }) => received).join('')).toContain('X-Forwarded-Proto: https\r\n');
    const metrics = await (await fetch(`${runtime.adminUrl}/metrics`)).text();
    const gauge =
      /spillway_tls_certificate_not_after_timestamp_seconds\{api="test",listener="web",certificate="(.*)"\} (\d+)/;
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
});
