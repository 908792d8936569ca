import type { Socket as Stream } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsFacts } from './tls';
import { FLUSH_MS, FREE_WRITE } from './tls-pipe';
import type { Socket, SocketOwner } from './transport';

/** A connection of `tls`. */
export class NetTlsSocket implements Socket {
  owner!: SocketOwner;
  tls?: TlsFacts;
  private closed = false;
  private waiting = false;
  private ended = false;
  /** There is none before the handshake of a server is done. */
  private stream: TLSSocket | undefined;

  constructor(
    private readonly tcp: Stream,
    readonly peer: string,
  ) {
    tcp.on('error', (error: NodeJS.ErrnoException) => this.broken(error.code ?? 'ECONNRESET'));
    tcp.on('close', () => this.broken('ECONNRESET'));
  }

  /** The handshake is done. */
  opened(stream: TLSSocket, facts: TlsFacts): void {
    this.stream = stream;
    this.tls = facts;
    stream.on('data', (bytes: Buffer) => {
      if (!this.closed) this.owner.onBytes(bytes, bytes.length);
    });
    stream.on('end', () => {
      if (!this.closed) this.owner.onEnd();
    });
    stream.on('error', (error: NodeJS.ErrnoException) => this.broken(error.code ?? 'EPROTO'));
    if (!this.closed) this.owner.onConnected();
  }

  /** The connection is of no use any more. */
  broken(code: string): void {
    if (this.closed) return;
    this.closed = true;
    this.destroy();
    this.owner.onBroken(code);
  }

  write(bytes: Buffer): boolean {
    const { stream } = this;
    if (this.closed || this.ended || stream === undefined) return !this.waiting;
    this.waiting ||= stream.writableLength + bytes.length > FREE_WRITE;
    // A write of `tls` always goes on after its call, and nothing says how long it needs the memory.
    stream.write(this.waiting ? bytes : Buffer.from(bytes), this.written);
    return !this.waiting;
  }

  private readonly written = (): void => {
    if (!this.waiting || this.closed || this.stream?.writableLength !== 0) return;
    this.waiting = false;
    this.owner.onDrained();
  };

  pause(): void {
    this.stream?.pause();
  }

  resume(): void {
    this.stream?.resume();
  }

  /** No two sockets share memory here. */
  useOwnBuffer(): void {}

  end() {
    if (this.ended || this.closed) return;
    this.ended = true;
    const { stream } = this;
    if (stream === undefined) return this.close();
    // From inside a read it would swallow what is read next.
    setImmediate(() => stream.end());
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    const { stream } = this;
    if (stream === undefined || this.waiting) return this.destroy();
    stream.setTimeout(FLUSH_MS, () => this.destroy());
    stream.destroySoon();
  }

  reset(): void {
    if (this.closed) return;
    this.closed = true;
    // `tls` cannot; what lies under it can, and takes it along. To destroy both in one turn ends Node.js 20 by SIGSEGV.
    this.tcp.resetAndDestroy();
  }

  private destroy(): void {
    this.stream?.destroy();
    this.tcp.destroy();
  }
}
