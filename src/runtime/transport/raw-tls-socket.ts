import type { SecureContext } from 'node:tls';
import { getSystemErrorName } from 'node:util';
import type { TcpHandle, TlsHandle } from './raw-binding';
import { END_OF_FILE, type RawShared } from './raw-socket';
import type { TlsFacts } from './tls';
import { type PipeOwner, TlsPipe } from './tls-pipe';
import type { Socket, SocketOwner } from './transport';

/** What a TLSWrap hands on at once at most, whatever the buffer has room for. */
const RECORD_SIZE = 16_384;

/** A handle knows its socket, so that one function can serve the events of all. */
interface OwnedHandle extends TlsHandle {
  socket: RawTlsSocket;
}

/** TLS on a handle, through a {@link TlsPipe}: reading, and the handshake. */
export abstract class RawTlsSocket implements Socket, PipeOwner {
  owner!: SocketOwner;
  tls?: TlsFacts;
  protected readonly handle: TlsHandle;
  /** Where everything is written. */
  private readonly pipe: TlsPipe;
  /** Whether the handshake is done. */
  private shaken = false;
  /** Whether the owner knows that it is. */
  private open = false;
  protected closed = false;
  private paused = false;
  private inRead = false;
  /** Where the next read goes. */
  private buffer: Buffer;
  private ownBuffer: Buffer | undefined;
  /** What came after the owner paused: one read of TCP can hold many of TLS. The last may be how it ended. */
  private readonly held: (Buffer | number | string)[] = [];

  constructor(
    private readonly shared: RawShared,
    tcp: TcpHandle,
    readonly peer: string,
    context: SecureContext,
    isServer: boolean,
  ) {
    this.pipe = new TlsPipe(shared.binding, tcp, context, isServer);
    this.pipe.owner = this;
    this.buffer = shared.sharedBuffer;
    this.handle = this.pipe.handle;
    (this.handle as OwnedHandle).socket = this;
    this.handle.onread = onRead;
    this.handle.onerror = onError;
    this.handle.onhandshakedone = onHandshakeDone;
    this.handle.useUserBuffer(this.buffer);
  }

  /** Looks at what the handshake came to. @returns the facts, or the code of what is wrong */
  protected abstract judge(): TlsFacts | string;

  write(bytes: Buffer): boolean {
    return this.pipe.write(bytes);
  }

  onDrained(): void {
    this.owner.onDrained();
  }

  onFailed(status: number): void {
    this.broken(getSystemErrorName(status));
  }

  /** From inside OpenSSL: what follows has to wait until it has returned, with the first octets or on its own. */
  handshakeDone(): void {
    if (this.shaken) return;
    this.shaken = true;
    setImmediate(() => this.opened());
  }

  private opened() {
    if (this.open || this.closed) return;
    this.open = true;
    const found = this.judge();
    if (typeof found === 'string') return this.broken(found);
    this.tls = found;
    this.pipe.establish();
    this.owner.onConnected();
  }

  /** @returns the buffer for the next read, where it is another than before */
  read(): Buffer | undefined {
    if (this.closed) return undefined;
    const { state, readLength } = this.shared.binding;
    const length = state[readLength];
    const before = this.buffer;
    this.inRead = true;
    if (this.shaken && !this.open) this.opened();
    if (this.closed) return undefined;
    if (this.paused || this.held.length > 0) this.hold(length);
    else if (length > 0) this.owner.onBytes(before, length);
    else this.over(length);
    this.inRead = false;
    // The owner's octets stay as they are while it pauses, though what TCP has read goes on coming.
    this.buffer = this.paused || this.ownBuffer === undefined ? this.shared.sharedBuffer : this.ownBuffer;
    return this.buffer === before ? undefined : this.buffer;
  }

  private hold(length: number): void {
    this.held.push(length > 0 ? Buffer.from(this.buffer.subarray(0, length)) : length);
  }

  private over(length: number): void {
    if (length === END_OF_FILE && this.open) this.owner.onEnd();
    else if (length < 0) this.broken(length === END_OF_FILE ? 'ECONNRESET' : getSystemErrorName(length));
  }

  failed(code: string): void {
    if (this.closed) return;
    if (this.paused || this.held.length > 0) this.held.push(code);
    else this.broken(code);
  }

  private broken(code: string): void {
    if (this.closed) return;
    this.closed = true;
    this.pipe.abandon();
    this.owner.onBroken(code);
  }

  pause(): void {
    if (this.paused || this.closed) return;
    this.paused = true;
    this.handle.readStop();
  }

  resume(): void {
    if (!this.paused || this.closed) return;
    this.paused = false;
    if (this.held.length > 0) setImmediate(() => this.tellHeld());
    else this.readOn();
  }

  private tellHeld(): void {
    while (this.held.length > 0 && !this.paused && !this.closed) {
      const next = this.held.shift() as Buffer | number | string;
      if (typeof next === 'string') this.broken(next);
      else if (typeof next === 'number') this.over(next);
      else this.owner.onBytes(next, next.length);
    }
    if (this.held.length === 0 && !this.paused && !this.closed) this.readOn();
  }

  private readOn(): void {
    if (!this.inRead && this.ownBuffer !== undefined && this.buffer !== this.ownBuffer) this.useBuffer(this.ownBuffer);
    this.handle.readStart();
  }

  useOwnBuffer(): void {
    if (this.closed || this.ownBuffer !== undefined) return;
    this.ownBuffer = Buffer.allocUnsafeSlow(RECORD_SIZE);
    // Inside a read, its return value says where the next one goes.
    if (!this.inRead && !this.paused) this.useBuffer(this.ownBuffer);
  }

  private useBuffer(buffer: Buffer): void {
    this.buffer = buffer;
    this.handle.useUserBuffer(buffer);
  }

  end(): void {
    if (!this.closed) this.pipe.end();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.pipe.close();
  }

  reset(): void {
    if (this.closed) return;
    this.closed = true;
    this.pipe.reset();
  }
}

function onRead(this: TlsHandle): Buffer | undefined {
  return (this as OwnedHandle).socket.read();
}

function onHandshakeDone(this: TlsHandle): void {
  (this as OwnedHandle).socket.handshakeDone();
}

function onError(this: TlsHandle, error: NodeJS.ErrnoException): void {
  (this as OwnedHandle).socket.failed(error.code ?? 'EPROTO');
}
