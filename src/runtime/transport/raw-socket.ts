import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { RawBinding, TcpHandle, WriteRequest } from './raw-binding';
import { type AcceptedSocket, type Endpoint, KEEPALIVE_SECONDS, READ_SIZE, type SocketOwner } from './transport';

/** What libuv calls the end of a stream. */
export const END_OF_FILE = -4095;

/** What all raw sockets share. */
export interface RawShared {
  readonly binding: RawBinding;
  /** Every socket reads into it, until it asks for its own. */
  readonly sharedBuffer: Buffer;
  /** The request of the next write: only a write that goes on after its call takes it away. */
  writeRequest: WriteRequest;
}

/** A handle knows its socket, so that one function can serve the reads of all. */
interface OwnedHandle extends TcpHandle {
  socket: RawSocket;
}

/** A TCP connection on its handle: a read or a write costs one call and no object. */
export class RawSocket implements AcceptedSocket {
  owner!: SocketOwner;
  private closed = false;
  private paused = false;
  private waitingWrites = 0;
  /** Whether a FIN was sent. */
  private ended = false;
  /** What a write has failed with; 0 where none has. */
  private failed = 0;
  /** Where the next read goes. */
  private buffer: Buffer;
  private inRead = false;

  constructor(
    private readonly shared: RawShared,
    private readonly handle: TcpHandle,
    readonly peer: string,
  ) {
    this.buffer = shared.sharedBuffer;
    (handle as OwnedHandle).socket = this;
    handle.onread = onRead;
    handle.useUserBuffer(this.buffer);
  }

  endpoints() {
    const [source, destination] = [{}, {}] as [Partial<Endpoint>, Partial<Endpoint>];
    this.handle.getpeername(source);
    this.handle.getsockname(destination);
    return { source: complete(source), destination: complete(destination) };
  }

  start(): void {
    if (!this.closed && !this.paused) this.handle.readStart();
  }

  /** Gives the handle away: this socket is over, and tells its owner nothing more. */
  release(): TcpHandle {
    if (this.closed || this.waitingWrites > 0) throw new Error('a connection that is closed, or being written to');
    this.closed = true;
    return this.handle;
  }

  connected(status: number) {
    if (this.closed) return;
    if (status !== 0) return this.broken(status);
    this.handle.setNoDelay(true);
    this.handle.setKeepAlive(true, KEEPALIVE_SECONDS);
    this.start();
    this.owner.onConnected();
  }

  write(bytes: Buffer): boolean {
    if (this.closed || this.failed !== 0) return true;
    const { shared } = this;
    const request = shared.writeRequest;
    const error = this.handle.writeBuffer(request, bytes);
    if (error !== 0) {
      setImmediate(() => this.writeFailed(error));
      return true;
    }
    if (shared.binding.state[shared.binding.lastWriteWasAsync] === 0) return this.waitingWrites === 0;
    shared.writeRequest = new shared.binding.WriteRequest();
    this.waitingWrites += 1;
    request.oncomplete = (status) => this.written(status, bytes);
    return false;
  }

  /** `bytes` is a parameter so that the memory lives as long as the write. */
  private written(status: number, _bytes: Buffer): void {
    this.waitingWrites -= 1;
    if (this.closed) return;
    if (status !== 0) this.writeFailed(status);
    else if (this.waitingWrites === 0) this.owner.onDrained();
  }

  /**
   * The other side may have answered before it closed, so what came before is read first; behind it stands the end.
   * Nobody could say when that is read where reading has stopped.
   */
  private writeFailed(error: number): void {
    this.failed = error;
    if (this.paused) this.broken(error);
  }

  /** @returns the buffer for the next read, where it is another than before */
  read(): Buffer | undefined {
    if (this.closed) return undefined;
    const { state, readLength } = this.shared.binding;
    const length = state[readLength];
    const before = this.buffer;
    this.inRead = true;
    if (length > 0) this.owner.onBytes(before, length);
    else if (length === END_OF_FILE) this.readEnd();
    else if (length < 0) this.broken(this.failed || length);
    this.inRead = false;
    return this.buffer === before ? undefined : this.buffer;
  }

  /**
   * Of octets and a RST that come together libuv tells as if a FIN had come. What was reset has no other side any more; nor
   * has what both sides have ended.
   */
  private readEnd(): void {
    if (this.failed !== 0) this.broken(this.failed);
    else if (!this.ended && this.handle.getpeername({}) !== 0) this.broken(-constants.errno.ECONNRESET);
    else this.owner.onEnd();
  }

  private broken(error: number): void {
    if (this.closed) return;
    this.close();
    this.owner.onBroken(getSystemErrorName(error));
  }

  pause(): void {
    if (this.paused || this.closed) return;
    this.paused = true;
    this.handle.readStop();
  }

  resume(): void {
    if (!this.paused || this.closed) return;
    this.paused = false;
    this.handle.readStart();
  }

  useOwnBuffer(): void {
    if (this.closed || this.buffer !== this.shared.sharedBuffer) return;
    this.buffer = Buffer.allocUnsafeSlow(READ_SIZE);
    // Inside a read, its return value says where the next one goes.
    if (!this.inRead) this.handle.useUserBuffer(this.buffer);
  }

  end(): void {
    if (this.closed) return;
    this.ended = true;
    this.handle.shutdown(new this.shared.binding.ShutdownRequest());
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.handle.close();
  }

  reset(): void {
    if (this.closed) return;
    this.closed = true;
    // A handle with a shutdown under way refuses.
    if (this.handle.reset() !== 0) this.handle.close();
  }
}

function onRead(this: TcpHandle): Buffer | undefined {
  return (this as OwnedHandle).socket.read();
}

/** A connection that is gone already has no names any more. */
function complete({ address = '', port = 0 }: Partial<Endpoint>): Endpoint {
  return { address, port };
}
