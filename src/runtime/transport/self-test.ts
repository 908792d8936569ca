import type { Socket, SocketOwner, Transport } from './transport';

const MESSAGE = Buffer.from('spillway');
const ROUNDS = 2;
const LIMIT = 2_000;

/** Whether a transport does here what it should: sends a message to and fro on the loopback address. */
export async function selfTest(transport: Transport): Promise<boolean> {
  const sockets: Socket[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    const acceptor = await transport.listen('127.0.0.1', 0, (socket) => {
      sockets.push(socket);
      socket.owner = echo(socket);
    });
    const passed = await new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, LIMIT, false);
      const socket = transport.connect('127.0.0.1', acceptor.port);
      sockets.push(socket);
      socket.owner = caller(socket, resolve);
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

const SILENT = { onConnected() {}, onEnd() {}, onDrained() {}, onBroken() {} };

function echo(socket: Socket): SocketOwner {
  return { ...SILENT, onBytes: (bytes, length) => void socket.write(Buffer.from(bytes.subarray(0, length))) };
}

function caller(socket: Socket, tell: (passed: boolean) => void): SocketOwner {
  let rounds = 0;
  return {
    ...SILENT,
    onConnected: () => void socket.write(MESSAGE),
    onBytes: (bytes, length) => {
      rounds += 1;
      if (!MESSAGE.equals(bytes.subarray(0, length))) return tell(false);
      if (rounds === ROUNDS) return tell(true);
      // The second answer arrives in another buffer.
      socket.useOwnBuffer();
      socket.write(MESSAGE);
    },
    onBroken: () => tell(false),
  };
}
