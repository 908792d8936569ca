import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ClientTls, Socket, SocketOwner } from '../../../src/runtime/transport';
import { livePipes } from '../../../src/runtime/transport/tls-pipe';
import { Authority, NO_OPENSSL } from '../support/certificates';
import { clientTls, QUIET, TLS_WAYS, transportOf } from '../support/secure';
import { SecureTarget } from '../support/secure-target';

describe.skipIf(NO_OPENSSL !== undefined).each(TLS_WAYS)('TLS to a target, %s', (name) => {
  const authority = new Authority();
  const made = authority.make({ names: ['shop.test'], addresses: ['127.0.0.1'] });

  // The first to be set is the last to be called.
  beforeEach(({ onTestFinished: last }) => last(() => vi.waitFor(() => expect(livePipes()).toBe(0))));

  /** Connects, and begins TLS; gives the socket, or the code of what is wrong. */
  async function connect(port: number, tls: ClientTls, owner: Partial<SocketOwner> = {}): Promise<Socket | string> {
    const transport = await transportOf(name);
    return new Promise((resolve) => {
      const plain = transport.connect('127.0.0.1', port);
      onTestFinished(() => plain.close());
      const onConnected = () => {
        const socket = transport.connectTls(plain, tls);
        onTestFinished(() => socket.reset());
        socket.owner = { ...QUIET, ...owner, onConnected: () => resolve(socket), onBroken: resolve };
      };
      plain.owner = { ...QUIET, onConnected, onBroken: resolve };
    });
  }

  it('asks for the name, and verifies the certificate for it', async () => {
    const target = await SecureTarget.open(made);
    const socket = await connect(target.port, clientTls(authority.text, 'shop.test'));
    expect(socket).toMatchObject({ tls: { protocol: '', version: 'TLSv1.3', serverName: 'shop.test' } });
    await vi.waitFor(() => expect(target.streams).toHaveLength(1));
    expect((target.streams[0] as { servername?: string }).servername).toBe('shop.test');
  });

  it('verifies an address, and asks for no name', async () => {
    const target = await SecureTarget.open(made);
    expect(await connect(target.port, clientTls(authority.text, '127.0.0.1'))).toHaveProperty('tls');
    await vi.waitFor(() => expect(target.streams).toHaveLength(1));
    expect((target.streams[0] as { servername?: unknown }).servername).toBe(false);
    expect(await connect(target.port, clientTls(authority.text, '::1'))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it.each([
    ['another name', 'other.test', {}, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [
      'an authority that is not known',
      'shop.test',
      { context: createSecureContext({}) },
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
  ])('refuses a certificate of %s', async (_, serverName, rest, code) => {
    const target = await SecureTarget.open(made);
    expect(await connect(target.port, clientTls(authority.text, serverName, rest))).toBe(code);
  });

  it('refuses a certificate that has expired', async () => {
    const target = await SecureTarget.open(authority.make({ names: ['shop.test'], days: -1 }));
    expect(await connect(target.port, clientTls(authority.text, 'shop.test'))).toBe('CERT_HAS_EXPIRED');
  });

  it('takes any certificate where none must be verified', async () => {
    const target = await SecureTarget.open(new Authority('Stranger').make({ days: -1 }));
    expect(await connect(target.port, clientTls(authority.text, 'x.test', { verify: false }))).toHaveProperty('tls');
  });

  it('agrees on a protocol', async () => {
    const target = await SecureTarget.open(made, { ALPNProtocols: ['h2', 'http/1.1'] });
    const tls = clientTls(authority.text, 'shop.test', { protocols: ['http/1.1'] });
    expect(await connect(target.port, tls)).toMatchObject({ tls: { protocol: 'http/1.1' } });
  });

  it('presents a certificate', async () => {
    const target = await SecureTarget.open(made, { ca: authority.text, requestCert: true, rejectUnauthorized: true });
    const own = authority.make({ subject: '/CN=spillway' });
    const context = createSecureContext({ ca: authority.text, cert: own.certificateText, key: own.keyText });
    await connect(target.port, clientTls(authority.text, 'shop.test', { context }));
    await vi.waitFor(() => expect(target.streams[0]?.getPeerCertificate().subject.CN).toBe('spillway'));
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('goes on with the last session over %s', async (maxVersion) => {
    const target = await SecureTarget.open(made, { maxVersion });
    const tls = clientTls(authority.text, 'shop.test');
    for (let i = 0; i < 3; i++) {
      expect(await connect(target.port, tls)).toHaveProperty('tls');
      await vi.waitFor(() => expect(target.streams).toHaveLength(i + 1));
      // The tickets of TLS 1.3 come after the handshake.
      await vi.waitFor(() => expect(tls.session).toBeDefined());
    }
    expect(target.reused).toEqual([false, true, true]);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'keeps no session of a connection that it refused, over %s',
    async (maxVersion) => {
      const target = await SecureTarget.open(made, { maxVersion });
      const tls = clientTls(authority.text, 'other.test');
      expect(await connect(target.port, tls)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
      expect(tls.session).toBeUndefined();
    },
  );

  it('tells of a target that speaks no TLS, or hangs up', async () => {
    const plain = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const silent = createServer((socket) => socket.destroy());
    for (const server of [plain, silent]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
    }
    const [first, second] = [plain, silent].map((server) => (server.address() as { port: number }).port);
    expect(await connect(first, clientTls(authority.text, 'shop.test'))).toBe('ERR_SSL_WRONG_VERSION_NUMBER');
    expect(await connect(second, clientTls(authority.text, 'shop.test'))).toBe('ECONNRESET');
  });

  it('carries a megabyte to and fro unchanged', async () => {
    const target = await SecureTarget.open(made);
    const body = randomBytes(1_000_000);
    const parts: Buffer[] = [];
    let done = () => {};
    const ended = new Promise<void>((resolve) => {
      done = resolve;
    });
    const onBytes = (bytes: Buffer, length: number) => void parts.push(Buffer.from(bytes.subarray(0, length)));
    const socket = (await connect(target.port, clientTls(authority.text, 'shop.test'), {
      onBytes,
      onEnd: done,
    })) as Socket;
    await vi.waitFor(() => expect(target.streams).toHaveLength(1));
    const [stream] = target.streams;
    stream.removeAllListeners('data').pipe(stream);
    socket.write(body);
    socket.end();
    await ended;
    expect(Buffer.concat(parts).equals(body)).toBe(true);
  });

  it('closes while its handshake is under way', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const transport = await transportOf(name);
    const { port } = silent.address() as { port: number };
    const hello = new Promise<string>((resolve) => {
      silent.on('connection', (socket) =>
        socket.once('data', () => socket.once('close', () => resolve('closed')).resume()),
      );
    });
    const plain = transport.connect('127.0.0.1', port);
    plain.owner = {
      ...QUIET,
      onConnected() {
        const socket = transport.connectTls(plain, clientTls(authority.text, 'shop.test'));
        socket.owner = QUIET;
        setTimeout(() => socket.close(), 20);
      },
    };
    expect(await hello).toBe('closed');
  });
});
