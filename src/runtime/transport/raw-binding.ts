import type { Server } from 'node:net';

/** What Node.js's own `net` is made of, as far as it is used here. */
export interface TcpHandle {
  onread: (this: TcpHandle) => Buffer | undefined;
  useUserBuffer(buffer: Buffer): void;
  readStart(): number;
  readStop(): number;
  writeBuffer(request: WriteRequest, bytes: Buffer): number;
  shutdown(request: object): number;
  close(): void;
  reset(): number;
  connect(request: ConnectRequest, address: string, port: number): number;
  connect6(request: ConnectRequest, address: string, port: number): number;
  getpeername(into: { address?: string }): number;
  setNoDelay(on: boolean): number;
  setKeepAlive(on: boolean, seconds: number): number;
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
    return {
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

/** Takes the connections of a server before `net` wraps them. */
export function takeConnections(server: Server, accept: (handle: TcpHandle) => void): void {
  const { _handle: handle } = server as unknown as {
    _handle: { onconnection: (status: number, connection: TcpHandle | undefined) => void };
  };
  handle.onconnection = (status, connection) => {
    if (status === 0 && connection !== undefined) accept(connection);
  };
}
