import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { pick, upTo } from './chance';
import { drip } from './targets';

const POST = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const GET_BIG = 'GET /big HTTP/1.1\r\nHost: x\r\n\r\n';
const GET_BAD = 'GET /bad HTTP/1.1\r\nHost: x\r\n\r\n';
const UPLOAD = 2 * 1024 * 1024;
const PUT = (path: string) => `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${UPLOAD}\r\n\r\n`;
/** How long a client that does wrong stays, in milliseconds. */
const PATIENCE = 2_000;

const part = (text: string) => text.slice(0, upTo(text.length));

/** What a client may do wrong; the connection is reset when it has ended. */
const FAULTS: readonly ((socket: Socket, port: number) => Promise<unknown> | undefined)[] = [
  async (socket) => socket.write(part(POST)),
  async (socket) => {
    socket.end(part(POST));
    await wait(upTo(PATIENCE));
  },
  async (socket) => {
    socket.write(Buffer.from(Array.from({ length: 1 + upTo(500) }, () => upTo(256))));
    await ended(socket);
  },
  async (socket) => {
    socket.write(GET_BIG);
    await wait(upTo(50));
  },
  async (socket) => {
    socket.write(GET_BIG);
    socket.pause();
    await wait(upTo(PATIENCE));
    if (upTo(2) === 0) return;
    socket.resume();
    await wait(200);
  },
  async (socket) => {
    drip(socket, POST);
    await wait(upTo(PATIENCE));
  },
  async (socket) => {
    socket.end(GET.repeat(1 + upTo(5)));
    await ended(socket);
  },
  async () => wait(upTo(PATIENCE)),
  async (socket) => {
    socket.write(PUT(pick(['/', '/bad'])));
    socket.write(Buffer.alloc(upTo(UPLOAD)));
    await wait(upTo(PATIENCE));
  },
  async (socket) => {
    socket.write(PUT(pick(['/', '/bad'])));
    socket.write(Buffer.alloc(UPLOAD));
    await ended(socket);
  },
  async (socket) => {
    for (let round = 0; round < 5 && !socket.destroyed; round++) {
      socket.write(GET_BAD);
      await Promise.race([once(socket, 'data'), ended(socket)]).catch(() => {});
    }
  },
  async (_, port) => manyStreams(port),
];

/** Clients that do wrong, one thing after the other. */
export class FaultyClients {
  faults = 0;
  private readonly running: Promise<void>[];
  private stopped = false;

  constructor(
    private readonly port: number,
    count: number,
  ) {
    this.running = Array.from({ length: count }, () => this.run());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      socket.on('error', () => {}).resume();
      await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
      await pick(FAULTS)(socket, this.port);
      if (upTo(2) === 0) socket.destroy();
      else socket.resetAndDestroy();
      this.faults += 1;
      await wait(upTo(100));
    }
  }
}

/** Until the other side has ended, or for as long as a client stays. */
async function ended(socket: Socket): Promise<void> {
  if (socket.destroyed || socket.readableEnded) return;
  const gone = new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
  await Promise.race([gone, wait(PATIENCE, undefined, { ref: false })]);
}

/** HTTP/2: streams that are reset, or not read, and a connection that breaks off. */
async function manyStreams(port: number): Promise<void> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  for (let i = 0; i < 20; i++) {
    const stream = session.request({ ':path': pick(['/', '/big', '/bad']) });
    stream.on('error', () => {});
    if (upTo(2) === 0) stream.resume();
    if (upTo(3) === 0) setTimeout(() => stream.close(8), upTo(200));
  }
  await wait(upTo(PATIENCE));
  session.destroy();
}
