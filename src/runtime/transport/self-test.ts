import { createSecureContext } from 'node:tls';
import { throwawayCertificate } from './throwaway-certificate';
import type { ClientTls, ServerTls } from './tls';
import type { Socket, SocketOwner, Transport } from './transport';

/** Longer than what is written, read or encrypted at once. */
const MESSAGE = Buffer.alloc(200_000, 'spillway ');
const ROUNDS = 2;
const LIMIT = 2_000;

/** Whether a transport does here what it should: sends a message to and fro on the loopback address. */
export function selfTest(transport: Transport): Promise<boolean> {
  return converse(
    transport,
    (socket) => socket,
    (socket) => socket,
  );
}

/** Whether a transport does TLS here as it should: the same, and with a certificate that is verified. */
export function selfTestTls(transport: Transport): Promise<boolean> {
  const options = throwawayCertificate();
  const server: ServerTls = {
    base: { options, context: createSecureContext(options) },
    protocols: ['http/1.1'],
    clientCertificates: 'none',
  };
  const client: ClientTls = {
    context: createSecureContext({ ca: options.cert }),
    serverName: 'self-test',
    verify: true,
    protocols: ['http/1.1'],
    session: undefined,
  };
  return converse(
    transport,
    (socket) => transport.acceptTls(socket, server),
    (socket) => transport.connectTls(socket, client),
  );
}

async function converse(
  transport: Transport,
  accepted: (socket: Socket) => Socket,
  connected: (socket: Socket) => Socket,
): Promise<boolean> {
  const sockets: Socket[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    const acceptor = await transport.listen('127.0.0.1', 0, (plain) => {
      const socket = accepted(plain);
      sockets.push(socket);
      socket.owner = echo(socket);
    });
    const passed = await new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, LIMIT, false);
      const plain = transport.connect('127.0.0.1', acceptor.port);
      const begin = () => {
        const socket = connected(plain);
        sockets.push(socket);
        socket.owner = caller(socket, resolve);
        if (socket === plain) socket.owner.onConnected();
      };
      plain.owner = { ...SILENT, onConnected: begin, onBroken: () => resolve(false) };
    });
    for (const socket of sockets) socket.close();
    await acceptor.close();
    return passed;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

const SILENT = { onConnected() {}, onBytes() {}, onEnd() {}, onDrained() {}, onBroken() {} };

function echo(socket: Socket): SocketOwner {
  return {
    ...SILENT,
    onBytes: (bytes, length) => {
      if (!socket.write(Buffer.from(bytes.subarray(0, length)))) socket.pause();
    },
    onDrained: () => socket.resume(),
    onEnd: () => socket.end(),
  };
}

function caller(socket: Socket, tell: (passed: boolean) => void): SocketOwner {
  let rounds = 0;
  let received: Buffer[] = [];
  return {
    ...SILENT,
    onConnected: () => void socket.write(MESSAGE),
    onBytes: (bytes, length) => {
      received.push(Buffer.from(bytes.subarray(0, length)));
      if (received.reduce((sum, part) => sum + part.length, 0) < MESSAGE.length) return;
      if (!MESSAGE.equals(Buffer.concat(received))) return tell(false);
      received = [];
      rounds += 1;
      if (rounds === ROUNDS) return socket.end();
      // The second answer arrives in another buffer.
      socket.useOwnBuffer();
      socket.write(MESSAGE);
    },
    onEnd: () => tell(rounds === ROUNDS),
    onBroken: () => tell(false),
  };
}
