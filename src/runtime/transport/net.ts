import { connect, createServer, type Socket as NetSocket } from 'node:net';
import type { BoundHandle } from './bound-port';
import { openServer } from './open-server';
import {
  type Acceptor,
  KEEPALIVE_SECONDS,
  READ_SIZE,
  type Socket,
  type SocketOwner,
  type Transport,
} from './transport';

/** TCP on Node.js's public interface: works everywhere, and costs more for each read and write. */
export class NetTransport implements Transport {
  readonly name = 'net';

  listen(address: string, port: number, accept: (socket: Socket) => void, handle?: BoundHandle): Promise<Acceptor> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (stream) => {
      accept(new StreamSocket(stream, stream.remoteAddress ?? ''));
    });
    return openServer(server, address, port, handle);
  }

  connect(address: string, port: number): Socket {
    const keepAliveInitialDelay = KEEPALIVE_SECONDS * 1000;
    // Reads of an outgoing connection can go into a buffer of its own, which saves memory and events for each of them.
    const buffer = Buffer.allocUnsafeSlow(READ_SIZE);
    const callback = (length: number) => {
      socket.read(buffer, length);
      return true;
    };
    const options = { host: address, port, allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay };
    const socket: StreamSocket = new StreamSocket(connect({ ...options, onread: { buffer, callback } }), address);
    return socket;
  }
}

class StreamSocket implements Socket {
  owner!: SocketOwner;
  private closed = false;
  private waiting = false;

  constructor(
    private readonly stream: NetSocket,
    readonly peer: string,
  ) {
    stream.on('connect', () => this.owner.onConnected());
    stream.on('data', (bytes: Buffer) => this.read(bytes, bytes.length));
    stream.on('end', () => {
      if (!this.closed) this.owner.onEnd();
    });
    stream.on('error', (error: NodeJS.ErrnoException) => this.broken(error.code ?? 'ECONNRESET'));
  }

  read(bytes: Buffer, length: number): void {
    if (!this.closed) this.owner.onBytes(bytes, length);
  }

  write(bytes: Buffer): boolean {
    if (this.closed) return true;
    this.stream.write(bytes, this.written);
    this.waiting = this.stream.writableLength > 0;
    return !this.waiting;
  }

  private readonly written = (): void => {
    if (!this.waiting || this.closed || this.stream.writableLength > 0) return;
    this.waiting = false;
    this.owner.onDrained();
  };

  private broken(code: string): void {
    if (this.closed) return;
    this.close();
    this.owner.onBroken(code);
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  /** No two sockets share memory here. */
  useOwnBuffer(): void {}

  end(): void {
    this.stream.end();
  }

  close(): void {
    this.closed = true;
    this.stream.destroy();
  }

  reset(): void {
    this.closed = true;
    this.stream.resetAndDestroy();
  }
}
