import { createServer } from 'node:net';
import { getSystemErrorName } from 'node:util';
import type { BoundHandle } from './bound-port';
import { openServer } from './open-server';
import { type RawBinding, type TcpHandle, takeConnections, type WriteRequest } from './raw-binding';
import {
  type Acceptor,
  KEEPALIVE_SECONDS,
  READ_SIZE,
  type Socket,
  type SocketOwner,
  type Transport,
} from './transport';

const END_OF_FILE = -4095;

/** A handle knows its socket, so that one function can serve the reads of all. */
interface OwnedHandle extends TcpHandle {
  socket: RawSocket;
}

/**
 * TCP on the handles under Node.js's `net`, without its streams: a read or a write costs one call and no object.
 * Every socket reads into one buffer, until it asks for its own.
 */
export class RawTransport implements Transport {
  readonly name = 'raw';
  readonly sharedBuffer = Buffer.allocUnsafeSlow(READ_SIZE);
  /** The request of the next write: only a write that goes on after its call takes it away. */
  writeRequest: WriteRequest;

  constructor(readonly binding: RawBinding) {
    this.writeRequest = new binding.WriteRequest();
  }

  async listen(
    address: string,
    port: number,
    accept: (socket: Socket) => void,
    handle?: BoundHandle,
  ): Promise<Acceptor> {
    const server = createServer();
    const acceptor = await openServer(server, address, port, handle);
    takeConnections(server, (connection) => {
      const name: { address?: string } = {};
      connection.getpeername(name);
      const socket = new RawSocket(this, connection, name.address ?? '');
      accept(socket);
      socket.start();
    });
    return acceptor;
  }

  connect(address: string, port: number): Socket {
    const handle = new this.binding.TCP(this.binding.SOCKET);
    const socket = new RawSocket(this, handle, address);
    const request = new this.binding.ConnectRequest();
    request.oncomplete = (status) => socket.connected(status);
    const error = address.includes(':')
      ? handle.connect6(request, address, port)
      : handle.connect(request, address, port);
    if (error !== 0) setImmediate(() => socket.connected(error));
    return socket;
  }
}

class RawSocket implements Socket {
  owner!: SocketOwner;
  private closed = false;
  private paused = false;
  private waitingWrites = 0;
  /** Where the next read goes. */
  private buffer: Buffer;
  private inRead = false;

  constructor(
    private readonly transport: RawTransport,
    private readonly handle: TcpHandle,
    readonly peer: string,
  ) {
    this.buffer = transport.sharedBuffer;
    (handle as OwnedHandle).socket = this;
    handle.onread = onRead;
    handle.useUserBuffer(this.buffer);
  }

  start(): void {
    if (this.closed) return;
    this.handle.setNoDelay(true);
    if (!this.paused) this.handle.readStart();
  }

  connected(status: number) {
    if (this.closed) return;
    if (status !== 0) return this.broken(status);
    this.handle.setKeepAlive(true, KEEPALIVE_SECONDS);
    this.start();
    this.owner.onConnected();
  }

  write(bytes: Buffer): boolean {
    if (this.closed) return true;
    const { transport } = this;
    const request = transport.writeRequest;
    const error = this.handle.writeBuffer(request, bytes);
    if (error !== 0) {
      setImmediate(() => this.broken(error));
      return true;
    }
    if (transport.binding.state[transport.binding.lastWriteWasAsync] === 0) return this.waitingWrites === 0;
    transport.writeRequest = new transport.binding.WriteRequest();
    this.waitingWrites += 1;
    request.oncomplete = (status) => this.written(status, bytes);
    return false;
  }

  /** `bytes` is a parameter so that the memory lives as long as the write. */
  private written(status: number, _bytes: Buffer): void {
    this.waitingWrites -= 1;
    if (this.closed) return;
    if (status !== 0) this.broken(status);
    else if (this.waitingWrites === 0) this.owner.onDrained();
  }

  /** @returns the buffer for the next read, where it is another than before */
  read(): Buffer | undefined {
    if (this.closed) return undefined;
    const { state, readLength } = this.transport.binding;
    const length = state[readLength];
    const before = this.buffer;
    this.inRead = true;
    if (length > 0) this.owner.onBytes(before, length);
    else if (length === END_OF_FILE) this.owner.onEnd();
    else if (length < 0) this.broken(length);
    this.inRead = false;
    return this.buffer === before ? undefined : this.buffer;
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
    if (this.closed || this.buffer !== this.transport.sharedBuffer) return;
    this.buffer = Buffer.allocUnsafeSlow(READ_SIZE);
    // Inside a read, its return value says where the next one goes.
    if (!this.inRead) this.handle.useUserBuffer(this.buffer);
  }

  end(): void {
    if (this.closed) return;
    this.handle.shutdown(new this.transport.binding.ShutdownRequest());
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
