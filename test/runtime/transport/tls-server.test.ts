import { spawn } from 'node:child_process';
import { constants, randomBytes } from 'node:crypto';
import { connect as connectTcp, createServer } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ServerTls, Socket, SocketOwner } from '../../../src/runtime/transport';
import { livePipes } from '../../../src/runtime/transport/tls-pipe';
import { Authority, NO_OPENSSL } from '../support/certificates';
import { Peer } from '../support/peer';
import { echoing, QUIET, serverTls, TLS_WAYS, transportOf } from '../support/secure';

const SECOND_SEND = 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe.skipIf(NO_OPENSSL !== undefined).each(TLS_WAYS)('TLS of a listener, %s', (name) => {
  const authority = new Authority();
  const made = authority.make({ names: ['shop.test'] });

  // The first to be set is the last to be called.
  beforeEach(({ onTestFinished: last }) => last(() => vi.waitFor(() => expect(livePipes()).toBe(0))));

  /** Opens a port; every connection becomes TLS, and those that begin are given. */
  async function open(play: (socket: Socket) => Partial<SocketOwner> = () => ({}), tls: ServerTls = serverTls(made)) {
    const transport = await transportOf(name);
    const sockets: Socket[] = [];
    const broken: string[] = [];
    const acceptor = await transport.listen('127.0.0.1', 0, (plain) => {
      const socket = transport.acceptTls(plain, tls);
      const onConnected = () => {
        sockets.push(socket);
        socket.owner = { ...QUIET, onBroken: (code) => broken.push(code), ...play(socket) };
      };
      socket.owner = { ...QUIET, onConnected, onBroken: (code) => broken.push(code) };
    });
    onTestFinished(async () => {
      for (const socket of sockets) socket.reset();
      await acceptor.close();
    });
    return { port: acceptor.port, sockets, broken };
  }

  /** Connects with Node.js's own TLS. */
  async function dial(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
    const stream = connectTls({ host: '127.0.0.1', port, ca: authority.text, servername: 'shop.test', ...options });
    onTestFinished(() => void stream.destroy());
    await new Promise<void>((resolve, reject) => stream.once('secureConnect', resolve).once('error', reject));
    return stream;
  }

  it('tells what was agreed on', async () => {
    const tls = serverTls(made, {}, { protocols: ['h2', 'http/1.1'] });
    const { port, sockets } = await open(() => ({}), tls);
    await dial(port, { ALPNProtocols: ['http/1.1', 'h2'] });
    await dial(port, { maxVersion: 'TLSv1.2' });
    await vi.waitFor(() => expect(sockets).toHaveLength(2));
    expect(sockets.map((socket) => socket.tls)).toMatchObject([
      { protocol: 'h2', serverName: 'shop.test', version: 'TLSv1.3' },
      { protocol: '', serverName: 'shop.test', version: 'TLSv1.2' },
    ]);
    expect(sockets[0].peer).toBe('127.0.0.1');
  });

  it('refuses a client that asks for other protocols only', async () => {
    const { port, sockets, broken } = await open();
    await expect(dial(port, { ALPNProtocols: ['h3'] })).rejects.toThrow();
    await vi.waitFor(() => expect(broken).toHaveLength(1));
    expect(sockets).toEqual([]);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('carries a megabyte to and fro unchanged over %s', async (version) => {
    const { port } = await open(echoing);
    const stream = await dial(port, { maxVersion: version });
    const body = randomBytes(1_000_000);
    const back = collect(stream);
    stream.end(body);
    expect((await back).equals(body)).toBe(true);
  });

  it('holds a writer back while the peer does not read, and loses nothing', async () => {
    const body = randomBytes(8_000_000);
    let stalls = 0;
    const { port } = await open((socket) => {
      let at = 0;
      const pump = () => {
        while (at < body.length) {
          const flushed = socket.write(body.subarray(at, at + 100_000));
          at += 100_000;
          if (!flushed) {
            stalls += 1;
            return;
          }
        }
        socket.end();
      };
      setImmediate(pump);
      return { onDrained: pump };
    });
    const stream = await dial(port);
    stream.pause();
    let before = -1;
    await vi.waitFor(() => {
      const same = stalls > 0 && stalls === before;
      before = stalls;
      expect(same).toBe(true);
    });
    expect(stalls).toBeLessThan(80);
    expect((await collect(stream)).equals(body)).toBe(true);
  });

  it('takes small writes at once, so that their memory can be used again', async () => {
    const memory = Buffer.alloc(1_000);
    const { port } = await open((socket) => ({
      onBytes() {
        for (let i = 0; i < 20; i++) expect(socket.write(memory.fill(97 + i))).toBe(true);
        memory.fill(0);
        socket.end();
      },
    }));
    const stream = await dial(port);
    stream.write('go');
    const text = (await collect(stream)).toString();
    expect(text).toBe(Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(1_000)).join(''));
  });

  it('sends what it took before it closes', async () => {
    const { port } = await open((socket) => ({
      onBytes() {
        for (let i = 0; i < 10; i++) socket.write(Buffer.alloc(3_000, 'x'));
        socket.close();
      },
    }));
    const stream = await dial(port);
    stream.write('go');
    expect(await collect(stream)).toHaveLength(30_000);
  });

  it('sends all that was written before its end, however slowly it is read', async () => {
    const body = randomBytes(20_000_000);
    const { port } = await open((socket) => ({
      onBytes() {
        for (let at = 0; at < body.length; at += 1_000_000) socket.write(body.subarray(at, at + 1_000_000));
        socket.end();
      },
    }));
    const stream = await dial(port);
    stream.pause();
    stream.write('go');
    await new Promise((resolve) => setTimeout(resolve, 5 * SECOND_SEND));
    expect((await collect(stream)).equals(body)).toBe(true);
  });

  it('lives as long as its connection, though nobody holds it', async () => {
    const transport = await transportOf(name);
    const tls = serverTls(made);
    const acceptor = await transport.listen('127.0.0.1', 0, (plain) => {
      const socket = transport.acceptTls(plain, tls);
      socket.owner = { ...echoing(socket), onEnd: () => socket.close() };
    });
    onTestFinished(() => acceptor.close());
    const stream = await dial(acceptor.port);
    for (let i = 0; i < 5; i++) {
      collectGarbage();
      await new Promise(setImmediate);
    }
    stream.end('still there?');
    expect((await collect(stream)).toString()).toBe('still there?');
  });

  it('reads on after its own end, and tells the end of the peer', async () => {
    const events: string[] = [];
    const { port } = await open((socket) => ({
      onBytes(bytes, length) {
        events.push(bytes.toString('latin1', 0, length));
        if (events.length === 1) socket.end();
      },
      onEnd: () => events.push('end'),
    }));
    const stream = await dial(port, { allowHalfOpen: true } as ConnectionOptions);
    stream.write('first');
    await collect(stream);
    stream.end('second');
    await vi.waitFor(() => expect(events).toEqual(['first', 'second', 'end']));
  });

  it('resets a connection so that its peer cannot take it for ended', async () => {
    const { port } = await open((socket) => ({ onBytes: () => socket.reset() }));
    const stream = await dial(port);
    stream.write('go');
    await expect(collect(stream)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('tells that a peer has gone', async () => {
    const { port, broken, sockets } = await open();
    const tcp = connectTcp(port, '127.0.0.1');
    const stream = connectTls({ socket: tcp, ca: authority.text, servername: 'shop.test' });
    stream.on('error', () => {});
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    tcp.resetAndDestroy();
    await vi.waitFor(() => expect(broken).toEqual(['ECONNRESET']));
  });

  it('hands on nothing while paused, and then everything in order', async () => {
    const got: string[] = [];
    const { port, sockets } = await open((socket) => ({
      onBytes(bytes, length) {
        got.push(bytes.toString('latin1', 0, length));
        socket.pause();
      },
      onEnd: () => got.push('end'),
    }));
    const stream = await dial(port);
    // Many records in one segment.
    stream.cork();
    const parts = Array.from({ length: 5 }, (_, i) => `part ${i};`);
    for (const part of parts) stream.write(part);
    stream.uncork();
    for (const part of parts) stream.write(part);
    stream.end();
    await vi.waitFor(() => expect(got).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, SECOND_SEND));
    expect(got).toHaveLength(1);
    await vi.waitFor(() => {
      sockets[0].resume();
      expect(got.at(-1)).toBe('end');
    });
    expect(got.join('')).toBe(`${parts.join('')}${parts.join('')}end`);
  });

  it('leaves the octets of an own buffer alone while paused, though more has come', async () => {
    const kept: { bytes: Buffer; length: number; text: string }[] = [];
    const { port, sockets } = await open((socket) => ({
      onBytes(bytes, length) {
        const text = bytes.toString('latin1', 0, length);
        if (text === 'first') return socket.useOwnBuffer();
        kept.push({ bytes, length, text });
        socket.pause();
      },
    }));
    const streams = await Promise.all(['x', 'y', 'z'].map(() => dial(port)));
    for (const stream of streams) stream.write('first');
    await new Promise((resolve) => setTimeout(resolve, SECOND_SEND));
    streams.forEach((stream, i) => {
      for (let n = 0; n < 10; n++) stream.write('xyz'[i].repeat(1_000 + n));
    });
    await vi.waitFor(() => expect(kept).toHaveLength(3));
    await new Promise((resolve) => setTimeout(resolve, SECOND_SEND));
    for (const { bytes, length, text } of kept) expect(bytes.toString('latin1', 0, length)).toBe(text);
    const total = () => kept.reduce((sum, { length }) => sum + length, 0);
    await vi.waitFor(() => {
      for (const socket of sockets) socket.resume();
      expect(total()).toBe(3 * 10_045);
    });
  });

  it('calls nothing after close', async () => {
    const calls: string[] = [];
    const { port } = await open((socket) => ({
      onBytes() {
        calls.push('bytes');
        socket.write(Buffer.alloc(20_000_000));
        socket.close();
      },
      onDrained: () => calls.push('drained'),
      onBroken: () => calls.push('broken'),
      onEnd: () => calls.push('end'),
    }));
    const stream = await dial(port);
    stream.on('error', () => {});
    stream.write('a');
    stream.write('b');
    await new Promise((resolve) => stream.resume().once('close', resolve));
    expect(calls).toEqual(['bytes']);
  });

  it('begins with octets that were read before TLS', async () => {
    const transport = await transportOf(name);
    let said = '';
    const acceptor = await transport.listen('127.0.0.1', 0, (plain) => {
      plain.owner = {
        ...QUIET,
        onBytes(bytes, length) {
          said = bytes.toString('latin1', 0, 6);
          const socket = transport.acceptTls(plain, serverTls(made), Buffer.from(bytes.subarray(6, length)));
          socket.owner = QUIET;
        },
      };
    });
    onTestFinished(() => acceptor.close());
    // Holds back what is sent until the hello is there, so that both come in one piece.
    const tcp = connectTcp(acceptor.port, '127.0.0.1');
    await new Promise((resolve) => tcp.once('connect', resolve));
    tcp.cork();
    tcp.write('PROXY ');
    const hello = await clientHello();
    tcp.write(hello.subarray(0, hello.length));
    tcp.uncork();
    const reply = await new Promise<Buffer>((resolve) => tcp.once('data', resolve));
    expect(said).toBe('PROXY ');
    // A handshake record: the server's hello.
    expect(reply[0]).toBe(0x16);
    tcp.destroy();
  });

  it('refuses what is no TLS, with a code', async () => {
    const { port, broken } = await open();
    const client = await Peer.to(`http://127.0.0.1:${port}`);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.end();
    await vi.waitFor(() => expect(broken).toEqual(['ERR_SSL_HTTP_REQUEST']));
  });

  it('refuses versions below its least, with an alert', async () => {
    const { port, broken } = await open(() => ({}), serverTls(made, { minVersion: 'TLSv1.3' }));
    await expect(dial(port, { maxVersion: 'TLSv1.2' })).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
    await vi.waitFor(() => expect(broken).toHaveLength(1));
  });

  it('survives a client that leaves after any octet of its hello', async () => {
    const { port, broken, sockets } = await open();
    const hello = await clientHello();
    for (let length = 0; length <= hello.length; length += 1) {
      const tcp = connectTcp(port, '127.0.0.1');
      await new Promise((resolve) => tcp.once('connect', resolve));
      tcp.write(hello.subarray(0, length));
      if (length % 2 === 0) tcp.end().resume();
      else tcp.resetAndDestroy();
      tcp.on('error', () => {});
    }
    await vi.waitFor(() => expect(broken).toHaveLength(hello.length + 1), 10_000);
    expect(sockets).toEqual([]);
    const stream = await dial(port);
    expect(stream.authorized).toBe(true);
  });

  it('survives a client that leaves at any flight of its handshake', async () => {
    const { port, sockets, broken } = await open(echoing);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      for (let flight = 1; flight <= 4; flight++) await leaveAfter(port, version, flight);
    }
    await vi.waitFor(() => expect(sockets.length + broken.length).toBeGreaterThanOrEqual(8));
    expect((await dial(port)).authorized).toBe(true);
  });

  /** Relays a handshake, and cuts it after so many pieces of the client's. */
  async function leaveAfter(port: number, version: 'TLSv1.2' | 'TLSv1.3', flight: number): Promise<void> {
    const relay = createServer((client) => {
      const server = connectTcp(port, '127.0.0.1');
      let pieces = 0;
      client.on('error', () => {});
      server.on('error', () => {});
      server.pipe(client);
      client.on('data', (bytes) => {
        pieces += 1;
        server.write(bytes);
        if (pieces === flight) server.resetAndDestroy();
      });
      server.on('close', () => client.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const { port: through } = relay.address() as { port: number };
    const stream = connectTls({
      host: '127.0.0.1',
      port: through,
      ca: authority.text,
      servername: 'shop.test',
      maxVersion: version,
    });
    stream.on('error', () => {});
    stream.on('secureConnect', () => setInterval(() => stream.write('more'), 1).unref());
    await new Promise((resolve) => stream.once('close', resolve));
    relay.close();
  }

  it('asks for client certificates, and judges them', async () => {
    const other = new Authority('Other authority');
    const options = { ca: authority.text };
    const good = authority.make({ subject: '/CN=client' });
    const bad = other.make({ subject: '/CN=stranger' });
    const cert = ({ certificateText, keyText }: typeof good) => ({ cert: certificateText, key: keyText });
    const required = await open(echoing, serverTls(made, options, { clientCertificates: 'required' }));
    const optional = await open(echoing, serverTls(made, options, { clientCertificates: 'optional' }));
    const talk = async (port: number, given: ConnectionOptions) => {
      const stream = await dial(port, given);
      stream.end('hi');
      return (await collect(stream)).toString();
    };
    // Over TLS 1.3 a client learns only afterwards that its certificate is not wanted.
    const refused = async (port: number, given: ConnectionOptions) =>
      expect(await talk(port, given).catch(() => '')).toBe('');
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      expect(await talk(required.port, { ...cert(good), maxVersion })).toBe('hi');
      expect(await talk(optional.port, { ...cert(good), maxVersion })).toBe('hi');
      expect(await talk(optional.port, { maxVersion })).toBe('hi');
      await refused(required.port, { maxVersion });
      await refused(required.port, { ...cert(bad), maxVersion });
      await refused(optional.port, { ...cert(bad), maxVersion });
    }
    const subjects = [...required.sockets, ...optional.sockets].map(({ tls }) => tls?.clientCertificate?.subject);
    expect(subjects).toEqual(['CN=client', 'CN=client', 'CN=client', undefined, 'CN=client', undefined]);
    expect(required.broken).toHaveLength(4);
    expect(optional.broken).toHaveLength(2);
  });

  /** A session that a connection can be gone on with. */
  async function sessionFrom(port: number, maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<Buffer> {
    const stream = connectTls({ host: '127.0.0.1', port, ca: authority.text, servername: 'shop.test', maxVersion });
    onTestFinished(() => void stream.destroy());
    return new Promise((resolve) => stream.once('session', resolve));
  }

  it('goes on with a session of another server that has the same ticket keys', async () => {
    const ticketKeys = randomBytes(48);
    const [first, second, stranger] = [
      await open(echoing, serverTls(made, { ticketKeys })),
      await open(echoing, serverTls(made, { ticketKeys })),
      await open(echoing, serverTls(made)),
    ];
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const session = await sessionFrom(first.port, maxVersion);
      expect((await dial(second.port, { maxVersion, session })).isSessionReused()).toBe(true);
      expect((await dial(stranger.port, { maxVersion, session })).isSessionReused()).toBe(false);
    }
  });

  it('chooses the certificate by name', async () => {
    const [a, b] = ['a.test', 'b.test'].map((one) => serverTls(authority.make({ names: [one] })).base.context);
    const contextFor = (asked: string) => ({ 'a.test': a, 'b.test': b })[asked];
    const { port, sockets } = await open(() => ({}), serverTls(made, {}, { contextFor }));
    for (const servername of ['a.test', 'b.test', 'shop.test']) {
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        const stream = await dial(port, { servername, maxVersion });
        expect(stream.getPeerX509Certificate()?.subjectAltName).toBe(`DNS:${servername}`);
      }
    }
    const stream = await dial(port, { servername: '', checkServerIdentity: () => undefined });
    expect(stream.getPeerX509Certificate()?.subjectAltName).toBe('DNS:shop.test');
    await vi.waitFor(() => expect(sockets.map(({ tls }) => tls?.serverName).at(-1)).toBe(''));
  });

  it('sends close_notify when it ends and when it closes', async () => {
    for (const how of ['end', 'close'] as const) {
      const { port } = await open((socket) => ({
        onBytes() {
          socket.write(Buffer.from('bye'));
          socket[how]();
        },
      }));
      const { output } = await sClient(port, ['-msg'], 'go\n');
      expect(output).toMatch(/<<< TLS 1\.3, Alert \[length 0002\], warning close_notify/);
    }
  });

  it('refuses renegotiation', async () => {
    const { port, sockets } = await open(
      () => ({}),
      serverTls(made, { secureOptions: constants.SSL_OP_NO_RENEGOTIATION }),
    );
    const { output } = await sClient(port, ['-tls1_2', '-msg'], 'R\n');
    expect(output).toContain('no_renegotiation');
    expect(sockets).toHaveLength(1);
  });

  /** Talks as `openssl s_client` does. */
  function sClient(port: number, options: string[], ...lines: string[]): Promise<{ output: string }> {
    const child = spawn('openssl', [
      's_client',
      '-connect',
      `127.0.0.1:${port}`,
      '-servername',
      'shop.test',
      ...options,
    ]);
    let output = '';
    const left = [...lines];
    child.stdout.on('data', (text) => {
      output += text;
      const next = /---\n[\s\S]*Verify return code/.test(output) ? left.shift() : undefined;
      if (next !== undefined) child.stdin.write(next);
    });
    child.stderr.on('data', (text) => {
      output += text;
    });
    onTestFinished(() => void child.kill());
    return new Promise((resolve) => child.once('close', () => resolve({ output })));
  }
});

/** All that comes until the end. */
function collect(stream: TLSSocket): Promise<Buffer> {
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.once('end', () => resolve(Buffer.concat(parts)));
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('closed without an end')));
    stream.resume();
  });
}

/** The octets with which Node.js begins a handshake. */
async function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.once('data', (bytes) => {
        socket.destroy();
        server.close();
        resolve(bytes);
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      connectTls({ host: '127.0.0.1', port, servername: 'shop.test' }).on('error', () => {});
    });
  });
}
