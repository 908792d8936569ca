import type { Socket as Stream } from 'node:net';
import type { AcceptedSocket, SocketOwner } from './transport';

/** A TCP connection of `net`. */
export class NetSocket implements AcceptedSocket {
  owner!: SocketOwner;
  private closed = false;
  private waiting = false;

  constructor(
    private readonly stream: Stream,
    readonly peer: string,
  ) {
    for (const [event, listener] of Object.entries(this.listeners)) stream.on(event, listener);
  }

  private readonly listeners = {
    connect: () => this.owner.onConnected(),
    data: (bytes: Buffer) => this.read(bytes, bytes.length),
    end: () => this.readEnd(),
    error: (error: NodeJS.ErrnoException) => this.broken(error.code ?? 'ECONNRESET'),
  };

  endpoints() {
    const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = this.stream;
    return {
      source: { address: remoteAddress, port: remotePort },
      destination: { address: localAddress, port: localPort },
    };
  }

  /** Gives the stream away: this socket is over, and tells its owner nothing more. */
  release(): Stream {
    if (this.closed || this.stream.writableLength > 0) {
      throw new Error('a connection that is closed, or being written to');
    }
    this.closed = true;
    this.stream.pause();
    for (const [event, listener] of Object.entries(this.listeners)) this.stream.off(event, listener);
    return this.stream;
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

  /** As the raw one; of an accepted connection the other side is remembered, so that only one to a target is told from a reset one. */
  private readEnd(): void {
    if (this.closed) return;
    if (!this.stream.writableEnded && this.stream.remoteAddress === undefined) this.broken('ECONNRESET');
    else this.owner.onEnd();
  }

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
