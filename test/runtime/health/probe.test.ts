import { beforeAll, describe, expect, it } from 'vitest';
import { probe as probeBy } from '../../../src/runtime/health';
import { chooseTransport, type Transport } from '../../../src/runtime/transport';
import { Http2Target } from '../support/http2-target';
import { apiOf } from '../support/serve';
import { closedAddress, Upstream } from '../support/upstream';

function checkOf(parts: object) {
  const api = apiOf({
    pools: { web: { targets: [{ address: '127.0.0.1:1' }], healthCheck: { timeout: '200ms', ...parts } } },
  });
  return api.pools.web.healthCheck;
}

let transport: Transport;
beforeAll(async () => {
  transport = await chooseTransport();
});

const probe = (target: Parameters<typeof probeBy>[0], check: Parameters<typeof probeBy>[1]) =>
  probeBy(target, check, transport);
const at = (address: string) => ({ host: 'web.test', address: '127.0.0.1', port: Number(address.split(':')[1]) });

describe('a TCP probe', () => {
  it('succeeds where a connection stands, and fails where it is refused', async () => {
    const upstream = await Upstream.open();
    expect(await probe(at(upstream.address), checkOf({}))).toBe(undefined);
    expect(await probe(at(await closedAddress()), checkOf({}))).toBe('ECONNREFUSED');
  });
});

describe('an HTTP probe', () => {
  async function answered(text: string, parts: object = {}): Promise<string | undefined> {
    const upstream = await Upstream.open((peer) => peer.socket.once('data', () => peer.socket.end(text)));
    return probe(at(upstream.address), checkOf({ path: '/healthz', ...parts }));
  }

  it('asks for the path, and says who it is', async () => {
    const upstream = await Upstream.open();
    const result = probe(at(upstream.address), checkOf({ path: '/healthz' }));
    const peer = await upstream.request();
    expect(peer.received).toBe(
      `GET /healthz HTTP/1.1\r\nHost: web.test:${upstream.port}\r\nUser-Agent: spillway-health\r\nConnection: close\r\n\r\n`,
    );
    peer.send('HTTP/1.1 20');
    peer.send('4 No Content\r\n');
    expect(await result).toBe(undefined);
  });

  it.each([
    ['HTTP/1.1 200 OK\r\n\r\n', undefined],
    ['HTTP/1.0 299\r\n\r\n', undefined],
    ['HTTP/1.1 500 Oops\r\n\r\n', 'status 500'],
    ['HTTP/1.1 301 Moved\r\n\r\n', 'status 301'],
    ['HTTP/1.1 2000 OK\r\n\r\n', 'no HTTP response'],
    ['SSH-2.0-OpenSSH\r\n', 'no HTTP response'],
    ['200 OK\r\n', 'no HTTP response'],
    ['', 'no HTTP response'],
    ['a'.repeat(2000), 'no HTTP response'],
  ])('finds for %j: %s', async (text, expected) => {
    expect(await answered(text)).toBe(expected);
  });

  it('takes the statuses that are expected, and no others', async () => {
    const expectedStatus = ['401', '500-502'];
    expect(await answered('HTTP/1.1 501 x\r\n\r\n', { expectedStatus })).toBe(undefined);
    expect(await answered('HTTP/1.1 200 OK\r\n\r\n', { expectedStatus })).toBe('status 200');
  });

  it('fails where there is no answer in time', async () => {
    const upstream = await Upstream.open();
    expect(await probe(at(upstream.address), checkOf({ path: '/', timeout: '30ms' }))).toBe('timeout');
  });
});

describe('an HTTP probe that expects a body', () => {
  async function answered(text: string, parts: object = {}): Promise<string | undefined> {
    const upstream = await Upstream.open((peer) => peer.socket.once('data', () => peer.socket.end(text)));
    return probe(at(upstream.address), checkOf({ path: '/healthz', expectedBody: 'ready', timeout: '2s', ...parts }));
  }
  const withBody = (body: string, status = '200 OK') =>
    `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  it('asks for the path, and says who it is', async () => {
    const upstream = await Upstream.open();
    const result = probe(at(upstream.address), checkOf({ path: '/healthz', expectedBody: 'ready' }));
    const peer = await upstream.request();
    expect(peer.received).toBe(
      `GET /healthz HTTP/1.1\r\nHost: web.test:${upstream.port}\r\nUser-Agent: spillway-health\r\nConnection: close\r\n\r\n`,
    );
    peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nalre\r\n');
    peer.send('4\r\nady \r\n');
    // Nothing more is waited for.
    expect(await result).toBe(undefined);
  });

  it.each([
    ['the text', withBody('is ready.'), undefined],
    ['another text', withBody('not yet'), 'unexpected body'],
    ['no body', withBody(''), 'unexpected body'],
    [
      'a text across chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nrea\r\n2\r\ndy\r\n0\r\n\r\n',
      undefined,
    ],
    [
      'the text in what chunks are framed by',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;ready\r\nrea\r\n0\r\n\r\n',
      'unexpected body',
    ],
    ['a body up to the end of the connection', 'HTTP/1.1 200 OK\r\n\r\nready', undefined],
    ['the text in the head', 'HTTP/1.1 200 OK\r\nX: ready\r\nContent-Length: 2\r\n\r\nhi', 'unexpected body'],
    ['an interim response', `HTTP/1.1 103 Early Hints\r\n\r\n${withBody('ready')}`, undefined],
    ['the text under another status', withBody('ready', '500 Oops'), 'status 500'],
    ['the text within 64 KB', withBody(`${'a'.repeat(65_531)}ready`), undefined],
    ['the text beyond 64 KB', withBody(`${'a'.repeat(65_532)}ready`), 'unexpected body'],
    ['a body that breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nrea', 'no whole body'],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n', 'no HTTP response'],
    ['nothing', '', 'no HTTP response'],
  ])('finds for %s', async (_, text, expected) => {
    expect(await answered(text)).toBe(expected);
  });

  it('takes a text of many octets', async () => {
    expect(await answered(Buffer.from(withBody('bereit: größer')).toString('latin1'), { expectedBody: 'bereit' })).toBe(
      undefined,
    );
  });

  it('fails where nobody listens, and where there is no answer in time', async () => {
    const check = checkOf({ path: '/', expectedBody: 'ready', timeout: '50ms' });
    expect(await probe(at(await closedAddress()), check)).toBe('ECONNREFUSED');
    const upstream = await Upstream.open((peer) => peer.send('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nrea'));
    expect(await probe(at(upstream.address), check)).toBe('timeout');
  });
});

describe('an HTTP/2 probe', () => {
  const http2 = (address: string) => ({ ...at(address), http2: true });

  it('asks for the path, and says who it is', async () => {
    const target = await Http2Target.open((stream) => stream.respond({ ':status': 204 }, { endStream: true }));
    expect(await probe(http2(target.address), checkOf({ path: '/healthz' }))).toBe(undefined);
    expect(target.requests[0]).toMatchObject({
      ':path': '/healthz',
      ':authority': `web.test:${target.address.split(':')[1]}`,
      'user-agent': 'spillway-health',
    });
    expect(await probe(http2(target.address), checkOf({ path: '/', expectedStatus: ['200'] }))).toBe('status 204');
  });

  it.each([
    ['HTTP/1.1 200 OK\r\n\r\n', 'no HTTP response'],
    ['', 'no HTTP response'],
  ])('finds for %j: %s', async (text, expected) => {
    const upstream = await Upstream.open((peer) => peer.socket.once('data', () => peer.socket.end(text)));
    expect(await probe(http2(upstream.address), checkOf({ path: '/' }))).toBe(expected);
  });

  it('fails where nobody listens, and where there is no answer in time', async () => {
    expect(await probe(http2(await closedAddress()), checkOf({ path: '/' }))).toBe('ECONNREFUSED');
    const upstream = await Upstream.open();
    expect(await probe(http2(upstream.address), checkOf({ path: '/', timeout: '100ms' }))).toBe('timeout');
  });

  it('reads the body where one is expected', async () => {
    const target = await Http2Target.open((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('rea');
      setImmediate(() => stream.end('dy'));
    });
    expect(await probe(http2(target.address), checkOf({ path: '/', expectedBody: 'ready', timeout: '2s' }))).toBe(
      undefined,
    );
    expect(await probe(http2(target.address), checkOf({ path: '/', expectedBody: 'other', timeout: '2s' }))).toBe(
      'unexpected body',
    );
  });

  it('of TCP asks nothing', async () => {
    const upstream = await Upstream.open();
    expect(await probe(http2(upstream.address), checkOf({}))).toBe(undefined);
  });
});
