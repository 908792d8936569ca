import { connect, createServer } from 'node:net';
import type { BoundHandle } from './bound-port';
import { SpareDescriptor } from './descriptors';
import { NetSocket } from './net-socket';
import { acceptNetTls, connectNetTls } from './net-tls';
import { openServer } from './open-server';
import type { ClientTls, ServerTls } from './tls';
import {
  type AcceptedSocket,
  type Acceptor,
  KEEPALIVE_SECONDS,
  READ_SIZE,
  type Socket,
  type Transport,
} from './transport';

/** TCP and TLS on Node.js's public interface: works everywhere, and costs more for each read and write. */
export class NetTransport implements Transport {
  readonly name = 'net';
  private readonly spare = new SpareDescriptor();

  listen(
    address: string,
    port: number,
    accept: (socket: AcceptedSocket) => void,
    handle?: BoundHandle,
  ): Promise<Acceptor> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (stream) => {
      if (this.spare.kept) accept(new NetSocket(stream, stream.remoteAddress ?? ''));
      else stream.destroy();
    });
    return openServer(server, address, port, this.spare, handle);
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
    const socket: NetSocket = new NetSocket(connect({ ...options, onread: { buffer, callback } }), address);
    return socket;
  }

  reach(address: string, port: number, done: (code: string | undefined) => void): () => void {
    const stream = connect({ host: address, port });
    const tell = (code: string | undefined) => {
      stream.destroy();
      done(code);
    };
    stream
      .on('connect', () => tell(undefined))
      .on('error', ({ code }: NodeJS.ErrnoException) => tell(code ?? 'ECONNRESET'));
    return () => stream.destroy();
  }

  acceptTls(socket: Socket, tls: ServerTls, first?: Buffer): Socket {
    return acceptNetTls((socket as NetSocket).release(), socket.peer, tls, first);
  }

  connectTls(socket: Socket, tls: ClientTls): Socket {
    return connectNetTls((socket as NetSocket).release(), socket.peer, tls);
  }
}
