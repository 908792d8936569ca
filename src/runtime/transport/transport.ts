import type { BoundHandle } from './bound-port';
import type { ClientTls, ServerTls, TlsFacts } from './tls';

/** What the owner of a socket is told. Never called from inside a call to the socket, and never after `close` or `reset`. */
export interface SocketOwner {
  /** An outgoing connection stands; or TLS has begun, and its facts are known. */
  onConnected(): void;
  /**
   * `bytes[0..length)` arrived. They may stand in memory that every socket reads into, and so are good until the call
   * returns; see {@link Socket.useOwnBuffer}.
   */
  onBytes(bytes: Buffer, length: number): void;
  /** The peer will send no more; it may still read. */
  onEnd(): void;
  /** Nothing that was written waits any more, after a `write` that said `false`. */
  onDrained(): void;
  /** The connection is gone, or never came to be; `code` is the system's, such as `ECONNRESET`, or OpenSSL's. */
  onBroken(code: string): void;
}

/** One TCP connection, or TLS on it. */
export interface Socket {
  /** Must be set before the first event, so in the call that gave the socket. */
  owner: SocketOwner;
  /** The address of the other side, without its port. */
  readonly peer: string;
  /** What TLS agreed on; `undefined` without TLS, and before its handshake is done. */
  readonly tls?: TlsFacts;
  /**
   * Sends bytes. `false` means that some of them wait: the memory must stay as it is until {@link SocketOwner.onDrained},
   * and a well-behaved owner writes no more until then.
   */
  write(bytes: Buffer): boolean;
  /** Stops reading. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  /**
   * From the next read on, bytes come in a buffer that no other socket reads into and that stays as it is while this
   * socket is paused: they can be handed to another socket's `write` without a copy.
   */
  useOwnBuffer(): void;
  /** Sends a FIN after what was written, and TLS its `close_notify` before it; reading goes on. */
  end(): void;
  /**
   * Closes both directions now, and tells its owner nothing more. What a `write` took with `true` is sent still; what
   * waits is lost.
   */
  close(): void;
  /** Closes with a RST, so that the peer cannot take what it got for the whole. */
  reset(): void;
}

/** One side of a connection. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** A TCP connection that came through an open port. */
export interface AcceptedSocket extends Socket {
  /** Between whom it goes: the other side, and this one. */
  endpoints(): { source: Endpoint; destination: Endpoint };
}

/** An open port. */
export interface Acceptor {
  readonly address: string;
  readonly port: number;
  /** Accepts no more; connections that stand are left alone. */
  close(): Promise<void>;
}

/** A way to do TCP. */
export interface Transport {
  readonly name: 'raw' | 'net';
  /**
   * Opens a port; rejects with the system's error, such as EADDRINUSE.
   * @param handle - of a socket that is bound to the port already, and shared with other processes
   */
  listen(
    address: string,
    port: number,
    accept: (socket: AcceptedSocket) => void,
    handle?: BoundHandle,
  ): Promise<Acceptor>;
  /** Connects to a literal address; the socket's owner must be set in the same turn. */
  connect(address: string, port: number): Socket;
  /**
   * Tries whether a literal address accepts connections, with nothing of what a connection costs beyond that: the one that
   * comes to be is closed at once.
   * @param done - told the system's error, or `undefined` for none; not from inside the call
   * @returns gives up; then nobody is told
   */
  reach(address: string, port: number, done: (code: string | undefined) => void): () => void;
  /**
   * Begins TLS as the server of a connection: in place of the socket comes the one returned, whose owner must be set in
   * the same turn. It is told `onConnected` once the handshake is done, or `onBroken` with OpenSSL's code. How long that
   * may take is the owner's to decide. Nothing written to the old socket may wait.
   * @param first - octets that were read already, and belong to TLS
   */
  acceptTls(socket: Socket, tls: ServerTls, first?: Buffer): Socket;
  /** Begins TLS as the client of a connection that stands; else as {@link acceptTls}. */
  connectTls(socket: Socket, tls: ClientTls): Socket;
}

/** Connections that the kernel keeps for a listener that has not accepted them yet; it lowers this to its own limit. */
export const BACKLOG = 4096;

/** Bytes of a read: enough for a large body to cost few system calls. */
export const READ_SIZE = 65_536;

/** After how long a silent connection is probed by the kernel, so that a peer that vanished is noticed. */
export const KEEPALIVE_SECONDS = 60;
