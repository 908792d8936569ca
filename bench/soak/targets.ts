import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { pick, upTo } from './chance';

/** Octets of the answer to `/big`: more than the kernel's buffers hold on the way. */
export const BIG = 4 * 1024 * 1024;

/** A server that behaves: takes any body, and answers `hello`, or a large body at `/big`. It may go and come back. */
export class GoodTarget {
  private server: Server | undefined;
  port = 0;

  async open(): Promise<void> {
    const big = Buffer.alloc(BIG, 'x');
    const server = createServer((request, response) => {
      request.on('error', () => {}).resume();
      request.on('end', () => response.end(request.url === '/big' ? big : 'hello'));
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf of it';

/** What a target may do wrong once a request has come. */
const FAULTS: readonly ((socket: Socket) => void)[] = [
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.end(),
  (socket) => socket.end('garbage\r\n\r\n'),
  (socket) => socket.write(Buffer.alloc(100_000, 'x')),
  (socket) => socket.end(OK.slice(0, upTo(OK.length))),
  (socket) => socket.write(OK.slice(0, upTo(OK.length)), () => socket.resetAndDestroy()),
  (socket) => socket.end(HALF),
  (socket) => socket.write(HALF, () => socket.resetAndDestroy()),
  (socket) => socket.write(HALF),
  (socket) => socket.write(`${OK}${OK}`),
  (socket) => socket.end('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  () => {},
  (socket) => socket.pause(),
  (socket) => drip(socket, OK),
];

/** A server that does wrong whatever can be done wrong. */
export async function openBadTarget(): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', () => pick(FAULTS)(socket));
    socket.on('end', () => socket.end()).resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** Sends octet by octet. */
export function drip(socket: Socket, text: string): void {
  if (text === '' || !socket.writable) return;
  socket.write(text.slice(0, 1), 'latin1');
  setTimeout(drip, 10, socket, text.slice(1));
}
