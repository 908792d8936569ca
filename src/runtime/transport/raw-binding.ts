import type { Server } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { SpareDescriptor } from './descriptors';
import type { Endpoint } from './transport';

/** What Node.js's own `net` is made of, as far as it is used here. */
export interface TcpHandle {
  onread: (this: TcpHandle) => Buffer | undefined;
  useUserBuffer(buffer: Buffer): void;
  readStart(): number;
  readStop(): number;
  writeBuffer(request: WriteRequest, bytes: Buffer): number;
  shutdown(request: object): number;
  close(closed?: () => void): void;
  /** @returns an error where it cannot be done, and then the handle stays open */
  reset(closed?: () => void): number;
  connect(request: ConnectRequest, address: string, port: number): number;
  connect6(request: ConnectRequest, address: string, port: number): number;
  /** Octets that the kernel has not taken yet. */
  readonly writeQueueSize: number;
  getpeername(into: Partial<Endpoint>): number;
  getsockname(into: Partial<Endpoint>): number;
  setNoDelay(on: boolean): number;
  setKeepAlive(on: boolean, seconds: number): number;
}

/** TLS over a TCP handle: reads and writes as that does, in clear. */
export interface TlsHandle {
  onread: (this: TlsHandle) => Buffer | undefined;
  onhandshakedone: (this: TlsHandle) => void;
  onerror: (this: TlsHandle, error: NodeJS.ErrnoException) => void;
  /** Of a server: asks for a certificate; of a client: a session that can be gone on with. */
  oncertcb: (this: TlsHandle, info: { servername: string }) => void;
  onnewsession: (this: TlsHandle, id: Buffer, session: Buffer) => void;
  /** The certificate that a server has chosen. */
  sni_context: object;
  /** Octets of TLS that wait, and those of a write that has not been completed. */
  readonly writeQueueSize: number;
  useUserBuffer(buffer: Buffer): void;
  readStart(): number;
  readStop(): number;
  writeBuffer(request: WriteRequest, bytes: Buffer): number;
  shutdown(request: object): number;
  destroySSL(): void;
  /** Takes octets that were read before TLS began. */
  receive(bytes: Buffer): void;
  enableCertCb(): void;
  certCbDone(): void;
  enableSessionCallbacks(): void;
  setALPNProtocols(protocols: Buffer): void;
  setVerifyMode(request: boolean, reject: boolean): void;
  /** Why the peer's certificate is not to be trusted. */
  verifyError(): NodeJS.ErrnoException | null;
  getPeerCertificate(withIssuers: boolean): { raw?: Buffer } | undefined;
  getALPNNegotiatedProtocol(): string | false;
  getServername(): string | false;
  getProtocol(): string;
  setServername(name: string): void;
  setSession(session: Buffer): void;
  isSessionReused(): boolean;
  /** Of a client: begins the handshake. */
  start(): void;
}

/** A write that may go on after the call. */
export interface WriteRequest {
  oncomplete?: (this: WriteRequest, status: number) => void;
}

/** A connect under way. */
export interface ConnectRequest {
  oncomplete?: (status: number) => void;
}

/** The internal modules of Node.js under which `net` lies. */
export interface RawBinding {
  readonly TCP: new (type: number) => TcpHandle;
  readonly SOCKET: number;
  readonly ConnectRequest: new () => ConnectRequest;
  readonly WriteRequest: new () => WriteRequest;
  readonly ShutdownRequest: new () => object;
  wrapTls(handle: TcpHandle, context: SecureContext, isServer: boolean): TlsHandle;
  /** Where the last read's length or error, and whether the last write goes on, are told. */
  readonly state: Int32Array;
  readonly readLength: number;
  readonly lastWriteWasAsync: number;
}

/** The internal modules, or `undefined` where this Node.js does not give them. */
export function loadRawBinding(): RawBinding | undefined {
  const { noDeprecation } = process;
  // The deprecation is known (DEP0111), and `net` stands ready; users of --pending-deprecation need not be told.
  process.noDeprecation = true;
  try {
    const binding = (process as unknown as { binding(name: string): never }).binding.bind(process);
    const { TCP, TCPConnectWrap, constants } = binding('tcp_wrap') as {
      TCP: RawBinding['TCP'];
      TCPConnectWrap: RawBinding['ConnectRequest'];
      constants: { SOCKET: number };
    };
    const stream = binding('stream_wrap') as {
      WriteWrap: RawBinding['WriteRequest'];
      ShutdownWrap: RawBinding['ShutdownRequest'];
      streamBaseState: Int32Array;
      kReadBytesOrError: number;
      kLastWriteWasAsync: number;
    };
    const { wrap } = binding('tls_wrap') as {
      wrap(handle: TcpHandle, context: object, isServer: boolean, writesBefore: boolean): TlsHandle;
    };
    return {
      wrapTls: (handle, { context }, isServer) => wrap(handle, context, isServer, false),
      TCP,
      SOCKET: constants.SOCKET,
      ConnectRequest: TCPConnectWrap,
      WriteRequest: stream.WriteWrap,
      ShutdownRequest: stream.ShutdownWrap,
      state: stream.streamBaseState,
      readLength: stream.kReadBytesOrError,
      lastWriteWasAsync: stream.kLastWriteWasAsync,
    };
  } catch {
    return undefined;
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

/** Takes the connections of a server before `net` wraps them. @param spare - given up where none can be accepted */
export function takeConnections(server: Server, spare: SpareDescriptor, accept: (connection: TcpHandle) => void): void {
  const { _handle: handle } = server as unknown as {
    _handle: { onconnection: (status: number, connection: TcpHandle | undefined) => void };
  };
  handle.onconnection = (status, connection) => {
    if (status !== 0 || connection === undefined) spare.giveUp();
    else if (spare.kept) accept(connection);
    else connection.close();
  };
}
