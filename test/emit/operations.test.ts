import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseApi } from '../../src/model';
import { ENGINES, type Engine, eventually, isInstalled, start } from '../support/engines';
import { freePorts } from '../support/processes';
import { ask } from '../support/targets';

describe.each(ENGINES.filter(isInstalled))('%s', (name) => {
  let engine: Engine;
  afterEach(() => engine.stop());

  async function serve(more: Record<string, unknown> = {}, limits: Record<string, unknown> = {}) {
    const [web, other, admin] = (await freePorts(3)) as [number, number, number];
    const api = parseApi({
      version: 1,
      name: 'operations',
      listeners: { web: { address: '127.0.0.1', port: web, limits }, other: { address: '127.0.0.1', port: other } },
      pools: {},
      routes: {
        all: { fallback: { status: 200, text: 'all' } },
        inside: { listeners: ['other'], path: '/inside', fallback: { status: 200, text: 'inside' } },
      },
      admin: { port: admin },
      ...more,
    });
    engine = await start(name, api);
    return { web, other, admin };
  }

  it('offers a route to the listeners that it names alone', async () => {
    const { web, other } = await serve();
    expect((await ask({ port: other, path: '/inside' })).body).toBe('inside');
    expect((await ask({ port: web, path: '/inside' })).body).toBe('all');
  });

  it('tells its health and its metrics on the admin port alone', async () => {
    const { web, admin } = await serve();
    expect(await ask({ port: admin, path: '/healthz' })).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect((await ask({ port: admin, path: '/metrics' })).body).toMatch(/^# TYPE \w+ gauge\n\w+({.*})? \d+$/m);
    expect((await ask({ port: admin, path: '/' })).status).toBe(404);
    expect((await ask({ port: web, path: '/healthz' })).body).toBe('all');
  });

  it('refuses a body that is too large', async () => {
    const { web, other } = await serve({}, { body: '1KB' });
    const body = Buffer.alloc(1025);
    expect(await ask({ port: web, method: 'POST', body })).toMatchObject({
      status: 413,
      body: '{"error":"request body too large"}',
    });
    expect((await ask({ port: web, method: 'POST', body: body.subarray(1) })).status).toBe(200);
    expect((await ask({ port: other, method: 'POST', body })).status).toBe(200);
  });

  it('accepts a head up to the limit, and refuses a larger one', async () => {
    const { web } = await serve({}, { head: '16KB' });
    const head = (bytes: number) => ask({ port: web, headers: { 'X-Large': 'x'.repeat(bytes) } });
    expect((await head(15_500)).status).toBe(200);
    expect([400, 414, 431]).toContain((await head(20_000)).status);
  });

  it.runIf(name === 'haproxy')('accepts a target up to the limit, and refuses a longer one', async () => {
    const { web } = await serve({}, { uri: '256B' });
    expect((await ask({ port: web, path: `/${'a'.repeat(255)}` })).status).toBe(200);
    expect(await ask({ port: web, path: `/${'a'.repeat(256)}` })).toMatchObject({
      status: 414,
      body: '{"error":"request target too long"}',
    });
  });

  it.runIf(name === 'haproxy')('accepts as many header fields as allowed, and refuses more', async () => {
    const { web } = await serve();
    expect(await statusLine(web, 100)).toBe('HTTP/1.1 200 OK');
    expect(await statusLine(web, 101)).toBe('HTTP/1.1 400 Bad request');
  });

  it('writes a line for each request that nothing in the request can break', async () => {
    const { web } = await serve({ accessLog: {} });
    await ask({ port: web, path: '/x"\\', headers: { Host: 'shop.test' }, method: 'POST' });
    const line = () =>
      engine
        .said()
        .split('\n')
        .find((text) => text.startsWith('{'));
    await eventually(() => line() !== undefined, 'a line is written');
    expect(JSON.parse(line() as string)).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
      client: '127.0.0.1',
      method: 'POST',
      host: 'shop.test',
      path: '/x"\\',
      status: 200,
      bytes: expect.any(Number),
      durationMs: expect.any(Number),
      route: 'all',
    });
  });
});

/** The status line of the answer to a request with so many fields and no more. */
async function statusLine(port: number, fields: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const others = Array.from({ length: fields - 1 }, (_, i) => `X-${i}: x\r\n`).join('');
  socket.end(`GET / HTTP/1.1\r\nHost: shop.test\r\n${others}\r\n`);
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString().split('\r\n')[0] as string;
}
