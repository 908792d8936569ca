import type { Api } from '../../model';
import { RuntimeStartError } from '../start-error';
import { BoundPort } from '../transport';
import { portKey } from './port-key';

/** Ports that are bound, by {@link portKey}. */
export type Ports = ReadonlyMap<string, BoundPort>;

/**
 * Binds the ports of an API; those that are held already stay.
 * @throws RuntimeStartError where one cannot be bound; then nothing new stays bound
 */
export function bindPorts({ listeners }: Api, held: Ports): Ports {
  const ports = new Map<string, BoundPort>();
  try {
    for (const [name, listener] of Object.entries(listeners)) {
      const key = portKey(listener);
      ports.set(key, held.get(key) ?? bindPort(name, listener));
    }
    return ports;
  } catch (error) {
    closeOthers(ports, held);
    throw error;
  }
}

/**
 * Binds one port.
 * @param name - of the listener, or `admin`
 * @throws RuntimeStartError where it cannot be bound
 */
export function bindPort(name: string, { address, port }: { address: string; port: number }): BoundPort {
  try {
    return BoundPort.bind(address, port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RuntimeStartError(code ?? String(error), name, address, port, { cause: error });
  }
}

/** Closes the ports that are not among those to keep. */
export function closeOthers(ports: Ports, kept: Ports): void {
  for (const [key, port] of ports) if (!kept.has(key)) port.close();
}
