import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, startRuntime } from '../../src/runtime';
import { probe } from '../../src/runtime/health';
import { chooseTransport } from '../../src/runtime/transport';
import { apiOf } from '../runtime/support/serve';
import { peer } from '../support/peers';

// A gRPC client and a gRPC server of @grpc/grpc-js, with the data plane between them.
const grpcPeer = peer('grpc');
if (grpcPeer.missing) console.log(`skipped: gRPC: ${grpcPeer.missing}`);

/** What of the library is used here. */
interface Call extends NodeJS.EventEmitter {
  write(message: Buffer): void;
  end(): void;
  cancel(): void;
  readonly request: Buffer;
}
type Finish = (error: object | null, answer?: Buffer, trailers?: object) => void;
interface Grpc {
  readonly Server: new (
    options?: object,
  ) => {
    addService(service: object, implementation: object): void;
    bindAsync(address: string, credentials: object, done: (error: Error | null, port: number) => void): void;
    forceShutdown(): void;
  };
  readonly ServerCredentials: { createInsecure(): object };
  readonly credentials: { createInsecure(): object };
  readonly Metadata: new () => { set(name: string, value: string | Buffer): void; get(name: string): unknown[] };
  makeGenericClientConstructor(service: object, name: string): new (address: string, credentials: object) => Client;
}
interface Client {
  unary(request: Buffer, metadata: object, done: (error: GrpcError | null, answer?: Buffer) => void): Call;
  serverStream(request: Buffer): Call;
  clientStream(done: (error: GrpcError | null, answer?: Buffer) => void): Call;
  both(): Call;
  close(): void;
}
interface GrpcError extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: { get(name: string): unknown[] };
}

const octets = (message: Buffer) => message;
const method = (path: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/test.Echo/${path}`,
  requestStream,
  responseStream,
  requestSerialize: octets,
  requestDeserialize: octets,
  responseSerialize: octets,
  responseDeserialize: octets,
});
const SERVICE = {
  unary: method('Unary', false, false),
  serverStream: method('ServerStream', false, true),
  clientStream: method('ClientStream', true, false),
  both: method('Both', true, true),
};

/** The health checking protocol, as far as probes use it. */
const HEALTH = { check: { ...method('', false, false), path: '/grpc.health.v1.Health/Check' } };

/** What the server says of its services; the empty name is the server as a whole. */
const HEALTH_OF: Readonly<Record<string, number>> = { '': 1, 'shop.Cart': 1, 'shop.Down': 2 };

describe.skipIf(grpcPeer.missing)('gRPC through the data plane', () => {
  let grpc: Grpc;
  let server: InstanceType<Grpc['Server']>;
  let runtime: Runtime;
  let client: Client;
  let port: number;
  let cancelled: () => void = () => {};

  const implementation = () => ({
    unary: (call: Call & { metadata: { get(name: string): unknown[] } }, done: Finish) => {
      const trailers = new grpc.Metadata();
      if (`${call.request}` !== 'fail') return done(null, Buffer.concat([Buffer.from('echo '), call.request]));
      trailers.set('why', 'so');
      trailers.set('x-bin', Buffer.from([0, 255]));
      return done({ code: 5, details: 'not here: ä', metadata: trailers });
    },
    serverStream: (call: Call) => {
      for (let i = 0; i < 100; i++) call.write(Buffer.from(`${call.request} ${i}`));
      call.end();
    },
    clientStream: (call: Call, done: Finish) => {
      let length = 0;
      call.on('data', (message: Buffer) => {
        length += message.length;
      });
      call.on('end', () => done(null, Buffer.from(String(length))));
    },
    both: (call: Call) => {
      call.on('data', (message: Buffer) => call.write(message));
      call.on('end', () => call.end());
      call.on('cancelled', () => cancelled());
    },
  });

  beforeAll(async () => {
    const load = createRequire(`${grpcPeer.directory}/package.json`);
    grpc = load('@grpc/grpc-js') as Grpc;
    server = new grpc.Server();
    server.addService(SERVICE, implementation());
    server.addService(HEALTH, {
      check: ({ request }: Call, done: Finish) => {
        // A request that names a service has the name behind two octets.
        const status = HEALTH_OF[`${request.subarray(2)}`];
        if (status === undefined) done({ code: 5, details: 'no such service' });
        else done(null, Buffer.from([8, status]));
      },
    });
    port = await new Promise<number>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    runtime = await startRuntime(
      apiOf({
        listeners: { web: { address: '127.0.0.1', port: 1, http2: true } },
        pools: { web: { targets: [{ address: `127.0.0.1:${port}` }], http2: true } },
        routes: { all: { pool: 'web' } },
      }),
      {},
    );
    const Echo = grpc.makeGenericClientConstructor(SERVICE, 'Echo');
    client = new Echo(new URL(runtime.addresses[0].url).host, grpc.credentials.createInsecure());
  });
  afterAll(async () => {
    client?.close();
    await runtime?.stop({ timeoutMs: 0 });
    server?.forceShutdown();
  });

  const unary = (text: string) =>
    new Promise<string>((resolve, reject) => {
      client.unary(Buffer.from(text), new grpc.Metadata(), (error, answer) =>
        error ? reject(error) : resolve(`${answer}`),
      );
    });

  const all = (call: Call) =>
    new Promise<string[]>((resolve, reject) => {
      const messages: string[] = [];
      call.on('data', (message: Buffer) => messages.push(`${message}`));
      call.on('end', () => resolve(messages));
      call.on('error', reject);
    });

  it('carries calls, many at once', async () => {
    const texts = Array.from({ length: 300 }, (_, i) => String(i));
    expect(await Promise.all(texts.map(unary))).toEqual(texts.map((text) => `echo ${text}`));
  });

  it('tells how a call failed, with its message and its metadata', async () => {
    const error = (await unary('fail').catch((caught) => caught)) as GrpcError;
    expect([error.code, error.details, error.metadata.get('why')]).toEqual([5, 'not here: ä', ['so']]);
    expect(error.metadata.get('x-bin')).toEqual([Buffer.from([0, 255])]);
  });

  it('carries streams of messages from the server', async () => {
    expect(await all(client.serverStream(Buffer.from('n')))).toEqual(Array.from({ length: 100 }, (_, i) => `n ${i}`));
  });

  it('carries streams of messages from the client, also large ones', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const call = client.clientStream((error, got) => (error ? reject(error) : resolve(`${got}`)));
      for (let i = 0; i < 50; i++) call.write(Buffer.alloc(100_000));
      call.end();
    });
    expect(answer).toBe('5000000');
  });

  it('carries messages in both directions, each when it comes', async () => {
    const call = client.both();
    const answers = all(call);
    for (const text of ['one', 'two', 'three']) {
      const came = new Promise((resolve) => call.once('data', resolve));
      call.write(Buffer.from(text));
      expect(`${await came}`).toBe(text);
    }
    call.end();
    expect(await answers).toEqual(['one', 'two', 'three']);
  });

  it.each([
    [undefined, undefined],
    ['shop.Cart', undefined],
    ['shop.Down', 'NOT_SERVING'],
    ['shop.Other', 'gRPC status 5'],
  ])('finds in a probe of service %s: %s', async (service, expected) => {
    const healthCheck = { type: 'grpc' as const, service };
    const pools = { web: { targets: [{ address: `127.0.0.1:${port}` }], healthCheck } };
    const check = apiOf({ pools }).pools.web.healthCheck;
    const target = { host: 'localhost', address: '127.0.0.1', port };
    expect(await probe(target, check, await chooseTransport())).toBe(expected);
  });

  it('tells the server that a call was cancelled', async () => {
    const told = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    const call = client.both();
    call.on('error', () => {});
    const came = new Promise((resolve) => call.once('data', resolve));
    call.write(Buffer.from('begun'));
    await came;
    call.cancel();
    await told;
  });
});
