import { createServer } from 'node:http';
import { type ClientHttp2Session, type ClientHttp2Stream, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { http2Client } from '../support/http2-peer';
import { apiOf, RARE_CHECK, serve, TRANSPORTS } from '../support/serve';

/** Octets that only one request has, whatever their length. */
function mark(id: number, length: number): Buffer {
  return Buffer.alloc(length, `<${id}>`);
}

/** A random generator that gives the same numbers in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Servers that answer with the body they got, in pieces; with a length or in chunks, as the path says. */
const servers = {
  'HTTP/1.1': () =>
    createServer((request, response) => {
      if (request.url?.includes('length')) response.setHeader('content-length', String(request.headers['x-length']));
      request.on('error', () => {});
      request.pipe(response);
    }),
  'HTTP/2': () =>
    createHttp2Server((request, response) => {
      if (request.url.includes('length')) response.setHeader('content-length', String(request.headers['x-length']));
      request.on('error', () => {});
      response.on('error', () => {});
      request.pipe(response);
    }),
} as const;

/** One request: sends its mark, and finds nothing else in the answer. @returns what came */
function exchange(client: ClientHttp2Session, id: number, next: () => number): Promise<'whole' | 'reset'> {
  const length = Math.floor(next() ** 3 * 300_000);
  const body = mark(id, length);
  const known = next() < 0.5;
  const stream: ClientHttp2Stream = client.request({
    ':method': 'POST',
    ':path': known ? '/length' : '/chunks',
    'x-length': length,
    ...(known ? { 'content-length': length } : {}),
  });
  const leavesAt = next() < 0.2 ? Math.floor(next() * length) : Number.POSITIVE_INFINITY;
  const slow = next() < 0.2;
  return new Promise((resolve, reject) => {
    let at = 0;
    stream.on('data', (part: Buffer) => {
      if (!part.equals(body.subarray(at, at + part.length))) reject(new Error(`foreign octets in the answer to ${id}`));
      at += part.length;
      if (at > leavesAt) stream.close(8);
      else if (slow) {
        stream.pause();
        setImmediate(() => setImmediate(() => stream.resume()));
      }
    });
    stream.on('error', reject);
    stream.on('close', () => {
      if (stream.rstCode === 0 && at !== length) reject(new Error(`${at} of ${length} octets of ${id}`));
      else resolve(stream.rstCode === 0 ? 'whole' : 'reset');
    });
    const pieces = 1 + Math.floor(next() * 4);
    for (let i = 0; i < pieces; i++)
      stream.write(body.subarray(Math.floor((i * length) / pieces), Math.floor(((i + 1) * length) / pieces)));
    stream.end();
  });
}

describe.each(TRANSPORTS)('many streams at once over %s', (transport) => {
  it.each(['HTTP/1.1', 'HTTP/2'] as const)(
    'get their own octets and nobody else’s from targets of %s',
    async (protocol) => {
      const address = await listen(servers[protocol]());
      const { url, runtime } = await serve(
        apiOf({
          listeners: { web: { address: '127.0.0.1', port: 1, http2: true } },
          pools: { web: { targets: [{ address }], http2: protocol === 'HTTP/2', healthCheck: RARE_CHECK } },
          routes: { all: { pool: 'web' } },
          admin: { port: 2 },
        }),
        { transport },
      );
      const clients = await Promise.all(Array.from({ length: 4 }, () => http2Client(url, { maxSessionMemory: 100 })));
      const outcomes = await Promise.all(
        clients.map(async (client, number) => {
          const next = random(number + 1);
          const found: string[] = [];
          for (let round = 0; round < 5; round++) {
            const ids = Array.from({ length: 25 }, (_, i) => number * 1_000_000 + round * 1_000 + i);
            found.push(...(await Promise.all(ids.map((id) => exchange(client, id, next)))));
          }
          return found;
        }),
      );
      const whole = outcomes.flat().filter((outcome) => outcome === 'whole').length;
      expect(whole).toBeGreaterThan(350);
      expect(outcomes.flat()).toHaveLength(500);
      await vi.waitFor(async () => {
        const metrics = await (await fetch(`${runtime.adminUrl}/metrics`)).text();
        expect(metrics).toMatch(/^spillway_http_requests_in_flight\{.*\} 0$/m);
      });
    },
  );
});
