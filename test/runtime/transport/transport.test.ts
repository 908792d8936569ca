import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  BoundPort,
  chooseTransport,
  type Socket,
  type SocketOwner,
  type Transport,
} from '../../../src/runtime/transport';
import { Peer } from '../support/peer';
import { TRANSPORTS } from '../support/serve';

const QUIET: SocketOwner = { onConnected() {}, onBytes() {}, onEnd() {}, onDrained() {}, onBroken() {} };

/** Opens a port; gives its first connection as the transport sees it, and as the client does. */
async function connection(transport: Transport, owner: (socket: Socket) => Partial<SocketOwner>) {
  let accepted: (socket: Socket) => void;
  const socket = new Promise<Socket>((resolve) => {
    accepted = resolve;
  });
  const acceptor = await transport.listen('127.0.0.1', 0, (one) => {
    one.owner = { ...QUIET, ...owner(one) };
    accepted(one);
  });
  const client = await Peer.to(`http://127.0.0.1:${acceptor.port}`);
  onTestFinished(async () => {
    client.close();
    (await socket).close();
    await acceptor.close();
  });
  return { client, socket: await socket };
}

describe.each(TRANSPORTS)('the transport %s', (name) => {
  it('calls nothing after close', async () => {
    const transport = await chooseTransport(name);
    const calls: string[] = [];
    const { client, socket } = await connection(transport, (one) => ({
      onBytes() {
        calls.push('bytes');
        one.write(Buffer.alloc(20_000_000));
        one.close();
      },
      onDrained: () => calls.push('drained'),
      onBroken: () => calls.push('broken'),
      onEnd: () => calls.push('end'),
    }));
    client.send('a');
    await client.end();
    socket.write(Buffer.from('late'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toEqual(['bytes']);
  });

  it('tells when what had to wait is written, and writes all of it', async () => {
    const transport = await chooseTransport(name);
    let drained = () => {};
    const done = new Promise<void>((resolve) => {
      drained = resolve;
    });
    const { client, socket } = await connection(transport, () => ({ onDrained: drained }));
    client.socket.pause();
    const octets = Buffer.alloc(20_000_000, 'ab');
    expect(socket.write(octets)).toBe(false);
    client.socket.resume();
    await done;
    await client.until((received) => received.length === octets.length);
    expect(client.received === octets.toString('latin1')).toBe(true);
  });

  it('reads nothing while paused', async () => {
    const transport = await chooseTransport(name);
    let read = '';
    const { client, socket } = await connection(transport, (one) => ({
      onBytes(bytes, length) {
        read += bytes.toString('latin1', 0, length);
        one.pause();
      },
    }));
    client.send('a');
    await vi.waitFor(() => expect(read).toBe('a'));
    client.send('b');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(read).toBe('a');
    socket.resume();
    await vi.waitFor(() => expect(read).toBe('ab'));
  });

  it('leaves the octets of an own buffer alone, while other sockets read', async () => {
    const transport = await chooseTransport(name);
    const kept: { bytes: Buffer; length: number; text: string }[] = [];
    const owner = (one: Socket): Partial<SocketOwner> => ({
      onBytes(bytes, length) {
        const text = bytes.toString('latin1', 0, length);
        if (text === 'first') return one.useOwnBuffer();
        kept.push({ bytes, length, text });
        one.pause();
      },
    });
    const pairs = await Promise.all(
      ['x', 'y', 'z'].map(async (letter) => ({ letter, ...(await connection(transport, owner)) })),
    );
    for (const { client } of pairs) client.send('first');
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const { client, letter } of pairs) client.send(letter.repeat(1000));
    await vi.waitFor(() => expect(kept).toHaveLength(3));
    for (const { bytes, length, text } of kept) expect(bytes.toString('latin1', 0, length)).toBe(text);
    expect(new Set(kept.map(({ text }) => text[0])).size).toBe(3);
  });

  it('takes an own buffer outside of a read as well', async () => {
    const transport = await chooseTransport(name);
    let read = '';
    const { client, socket } = await connection(transport, () => ({
      onBytes(bytes, length) {
        read += bytes.toString('latin1', 0, length);
      },
    }));
    client.send('a');
    await vi.waitFor(() => expect(read).toBe('a'));
    socket.useOwnBuffer();
    client.send('b');
    await vi.waitFor(() => expect(read).toBe('ab'));
  });

  it('tells the code of a connection that is refused', async () => {
    const transport = await chooseTransport(name);
    const acceptor = await transport.listen('127.0.0.1', 0, () => {});
    await acceptor.close();
    const code = await new Promise((resolve) => {
      transport.connect('127.0.0.1', acceptor.port).owner = { ...QUIET, onBroken: resolve };
    });
    expect(code).toBe('ECONNREFUSED');
  });

  it('rejects with the code of a port that is taken', async () => {
    const transport = await chooseTransport(name);
    const acceptor = await transport.listen('127.0.0.1', 0, () => {});
    onTestFinished(() => acceptor.close());
    await expect(transport.listen('127.0.0.1', acceptor.port, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('takes the connections of a port that is bound already', async () => {
    const transport = await chooseTransport(name);
    const { address, port, handle } = BoundPort.bind('127.0.0.1', 0);
    const accepted = new Promise<Socket>((resolve) => {
      const accept = (socket: Socket) => {
        socket.owner = QUIET;
        resolve(socket);
      };
      transport.listen(address, port, accept, handle).then((acceptor) => {
        onTestFinished(() => acceptor.close());
        expect(acceptor).toMatchObject({ address, port });
      });
    });
    const client = await Peer.to(`http://127.0.0.1:${port}`);
    (await accepted).write(Buffer.from('hello'));
    await client.until('hello');
    (await accepted).close();
    await client.end();
  });
});

it('takes the raw way where it works, and what the environment says where nothing else does', async () => {
  expect((await chooseTransport('auto')).name).toBe('raw');
  vi.stubEnv('SPILLWAY_TRANSPORT', 'net');
  expect((await chooseTransport()).name).toBe('net');
  vi.unstubAllEnvs();
});
