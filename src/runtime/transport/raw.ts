import { createServer, type SocketConstructorOpts, Socket as Stream } from 'node:net';
import { getSystemErrorName } from 'node:util';
import type { BoundHandle } from './bound-port';
import { SpareDescriptor } from './descriptors';
import { acceptNetTls, connectNetTls } from './net-tls';
import { openServer } from './open-server';
import { type RawBinding, type TcpHandle, takeConnections, type WriteRequest } from './raw-binding';
import { type RawShared, RawSocket } from './raw-socket';
import { RawTlsClientSocket } from './raw-tls-client';
import { RawTlsServerSocket } from './raw-tls-server';
import type { ClientTls, ServerTls } from './tls';
import { type AcceptedSocket, type Acceptor, READ_SIZE, type Socket, type Transport } from './transport';

/** TCP and TLS on the handles under Node.js's `net` and `tls`, without their streams. */
export class RawTransport implements Transport, RawShared {
  readonly name = 'raw';
  readonly sharedBuffer = Buffer.allocUnsafeSlow(READ_SIZE);
  /** Whether TLS is left to Node.js's public interface. */
  publicTls = false;
  writeRequest: WriteRequest;
  private readonly spare = new SpareDescriptor();

  constructor(readonly binding: RawBinding) {
    this.writeRequest = new binding.WriteRequest();
  }

  async listen(
    address: string,
    port: number,
    accept: (socket: AcceptedSocket) => void,
    handle?: BoundHandle,
  ): Promise<Acceptor> {
    const server = createServer();
    const acceptor = await openServer(server, address, port, this.spare, handle);
    takeConnections(server, this.spare, (connection) => {
      const name: { address?: string } = {};
      connection.getpeername(name);
      connection.setNoDelay(true);
      const socket = new RawSocket(this, connection, name.address ?? '');
      accept(socket);
      socket.start();
    });
    return acceptor;
  }

  connect(address: string, port: number): Socket {
    const handle = new this.binding.TCP(this.binding.SOCKET);
    const socket = new RawSocket(this, handle, address);
    this.connectHandle(handle, address, port, (status) => socket.connected(status));
    return socket;
  }

  reach(address: string, port: number, done: (code: string | undefined) => void): () => void {
    const handle = new this.binding.TCP(this.binding.SOCKET);
    let open = true;
    const close = () => {
      if (open) handle.close();
      open = false;
    };
    const reached = (status: number) => {
      if (!open) return;
      close();
      done(status === 0 ? undefined : getSystemErrorName(status));
    };
    this.connectHandle(handle, address, port, reached);
    return close;
  }

  acceptTls(socket: Socket, tls: ServerTls, first?: Buffer): Socket {
    const handle = (socket as RawSocket).release();
    if (this.publicTls) return acceptNetTls(streamOf(handle), socket.peer, tls, first);
    return new RawTlsServerSocket(this, handle, socket.peer, tls, first);
  }

  connectTls(socket: Socket, tls: ClientTls): Socket {
    const handle = (socket as RawSocket).release();
    if (this.publicTls) return connectNetTls(streamOf(handle), socket.peer, tls);
    return new RawTlsClientSocket(this, handle, socket.peer, tls);
  }

  /** @param done - told libuv's status, not from inside the call */
  private connectHandle(handle: TcpHandle, address: string, port: number, done: (status: number) => void): void {
    const request = new this.binding.ConnectRequest();
    request.oncomplete = done;
    const error = address.includes(':')
      ? handle.connect6(request, address, port)
      : handle.connect(request, address, port);
    if (error !== 0) setImmediate(() => done(error));
  }
}

/** The stream that `net` would have made of a handle. */
function streamOf(handle: TcpHandle): Stream {
  // The stream begins to read by itself, and one that reads already cannot.
  handle.readStop();
  return new Stream({ handle, allowHalfOpen: true, readable: true, writable: true } as SocketConstructorOpts);
}
