import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { probe as probeBy } from '../../../src/runtime/health';
import { GrpcMessage } from '../../../src/runtime/health/grpc-message';
import { readServingStatus, writeHealthCheckRequest } from '../../../src/runtime/health/health-message';
import { chooseTransport, type Transport } from '../../../src/runtime/transport';
import { bodyOf, Http2Target } from '../support/http2-target';
import { apiOf } from '../support/serve';
import { closedAddress, Upstream } from '../support/upstream';

const checkOf = (parts: object = {}) =>
  apiOf({
    pools: {
      web: { targets: [{ address: '127.0.0.1:1' }], healthCheck: { type: 'grpc', timeout: '2s', ...parts } },
    },
  }).pools.web.healthCheck;

let transport: Transport;
beforeAll(async () => {
  transport = await chooseTransport();
});

const probe = (target: Parameters<typeof probeBy>[0], check: Parameters<typeof probeBy>[1]) =>
  probeBy(target, check, transport);
const at = (address: string) => ({ host: 'web.test', address: '127.0.0.1', port: Number(address.split(':')[1]) });

const OK = { ':status': 200, 'content-type': 'application/grpc+proto' };
const SERVING = Buffer.from([8, 1]);

/** Answers with a message and a status in the trailers. */
function answer(stream: ServerHttp2Stream, message: Buffer, status = '0', head: OutgoingHttpHeaders = OK): void {
  stream.respond(head, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
  stream.end(message);
}

async function found(play: (stream: ServerHttp2Stream) => void, parts: object = {}): Promise<string | undefined> {
  const target = await Http2Target.open(play);
  return probe(at(target.address), checkOf(parts));
}

describe('a gRPC probe', () => {
  it('asks for the health of a service, or of the server as a whole', async () => {
    const bodies: Promise<Buffer>[] = [];
    const target = await Http2Target.open((stream) => {
      bodies.push(bodyOf(stream));
      answer(stream, GrpcMessage.write(SERVING));
    });
    expect(await probe(at(target.address), checkOf())).toBe(undefined);
    expect(await probe(at(target.address), checkOf({ service: 'shop.Cart' }))).toBe(undefined);
    expect(target.requests[0]).toMatchObject({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      ':authority': `web.test:${target.address.split(':')[1]}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'spillway-health',
    });
    expect((await Promise.all(bodies)).map((body) => body.toString('latin1'))).toEqual([
      '\0\0\0\0\0',
      '\0\0\0\0\x0b\n\x09shop.Cart',
    ]);
  });

  it.each([
    ['SERVING', [8, 1], undefined],
    ['NOT_SERVING', [8, 2], 'NOT_SERVING'],
    ['SERVICE_UNKNOWN', [8, 3], 'SERVICE_UNKNOWN'],
    ['nothing, which is UNKNOWN', [], 'UNKNOWN'],
    ['a status that is not known', [8, 9], 'UNKNOWN'],
    ['fields that are not known, and SERVING', [18, 1, 65, 8, 1, 29, 1, 2, 3, 4], undefined],
    ['half a message', [8], 'no gRPC answer'],
  ])('finds for %s', async (_, message, expected) => {
    expect(await found((stream) => answer(stream, GrpcMessage.write(Buffer.from(message))))).toBe(expected);
  });

  it('goes by the status of the call, also where there is no message', async () => {
    expect(await found((stream) => answer(stream, GrpcMessage.write(SERVING), '14'))).toBe('gRPC status 14');
    const unimplemented = { ...OK, 'grpc-status': '12' };
    expect(await found((stream) => stream.respond(unimplemented, { endStream: true }))).toBe('gRPC status 12');
    expect(await found((stream) => stream.respond({ ...OK, 'grpc-status': '0' }, { endStream: true }))).toBe(
      'no gRPC answer',
    );
  });

  it.each([
    ['another status of HTTP', { ...OK, ':status': 404 }],
    ['another type', { ...OK, 'content-type': 'text/html' }],
    ['a type that begins alike', { ...OK, 'content-type': 'application/grpc-web' }],
  ])('takes no answer with %s', async (_, head) => {
    expect(await found((stream) => answer(stream, GrpcMessage.write(SERVING), '0', head))).toBe('no gRPC answer');
  });

  it.each([
    ['a compressed message', Buffer.from([1, 0, 0, 0, 2, 8, 1])],
    ['a message shorter than it says', Buffer.from([0, 0, 0, 0, 3, 8, 1])],
    ['two messages', Buffer.concat([GrpcMessage.write(SERVING), GrpcMessage.write(SERVING)])],
    ['an endless message', Buffer.alloc(100_000)],
  ])('takes no answer with %s', async (_, octets) => {
    expect(await found((stream) => answer(stream, octets))).toBe('no gRPC answer');
  });

  it('fails where nobody listens, where nobody answers, and where something else is spoken', async () => {
    expect(await probe(at(await closedAddress()), checkOf())).toBe('ECONNREFUSED');
    expect(await found(() => {}, { timeout: '100ms' })).toBe('timeout');
    const upstream = await Upstream.open((peer) =>
      peer.socket.once('data', () => peer.socket.end('HTTP/1.1 200 OK\r\n\r\n')),
    );
    expect(await probe(at(upstream.address), checkOf())).toBe('no gRPC answer');
  });
});

it('reads any octets without an error, and a request says its service', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
      expect([undefined, 'UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']).toContain(
        readServingStatus(Buffer.from(octets)),
      );
    }),
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 256, unit: 'grapheme' }), (service) => {
      const octets = writeHealthCheckRequest(service);
      const name = Buffer.from(service);
      expect(octets[0]).toBe(10);
      expect(octets.subarray(-name.length)).toEqual(name);
      expect(octets.length - name.length).toBe(name.length < 128 ? 2 : 3);
    }),
  );
});
