import net, { isIPv6 } from 'node:net';
import { getSystemErrorName } from 'node:util';

/** A socket under Node.js's `net`: bound to a port, and listened on by whichever process it is sent to. */
export interface BoundHandle {
  getsockname(into: { port?: number }): number;
  close(): void;
}

type CreateHandle = (address: string, port: number, family: 4 | 6, fd: number, flags: number) => BoundHandle | number;

/** What `node:cluster` shares ports by; no public function binds a port without taking its connections. */
const { _createServerHandle: createHandle } = net as unknown as { _createServerHandle?: CreateHandle };

/** Whether this Node.js can hold a port for other processes. */
export function canBindPorts(): boolean {
  return typeof createHandle === 'function';
}

/**
 * A port that this process holds for others. It takes no connection itself: once another process listens, the kernel
 * queues connections as long as anyone holds the port, so none is refused while that process is replaced.
 */
export class BoundPort {
  private constructor(
    readonly address: string,
    /** The real one, where 0 was asked for. */
    readonly port: number,
    readonly handle: BoundHandle,
  ) {}

  /** @throws the system's error with its `code`, such as EADDRINUSE */
  static bind(address: string, port: number): BoundPort {
    if (createHandle === undefined) throw systemError('ENOTSUP', address, port);
    const handle = createHandle(address, port, isIPv6(address) ? 6 : 4, -1, 0);
    if (typeof handle === 'number') throw systemError(getSystemErrorName(handle), address, port);
    return BoundPort.of(address, handle, port);
  }

  /** A port that another process has bound. @throws like {@link bind} */
  static of(address: string, handle: BoundHandle, port = 0): BoundPort {
    const name: { port?: number } = {};
    // A port in use is told here and not by bind, and a listen after that would take a port of its own choice.
    const status = handle.getsockname(name);
    if (status === 0 && name.port !== undefined) return new BoundPort(address, name.port, handle);
    handle.close();
    throw systemError(status === 0 ? 'EINVAL' : getSystemErrorName(status), address, port);
  }

  /** Lets go of the port; connections that wait for a process are refused unless another one still listens. */
  close(): void {
    this.handle.close();
  }
}

function systemError(code: string, address: string, port: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${address}:${port} cannot be bound`), { code });
}
