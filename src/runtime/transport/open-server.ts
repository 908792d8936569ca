import type { AddressInfo, Server } from 'node:net';
import type { BoundHandle } from './bound-port';
import type { SpareDescriptor } from './descriptors';
import { type Acceptor, BACKLOG } from './transport';

/**
 * Lets a server listen on a port, or on the handle of a socket that is bound already.
 * @param spare - given up where a connection cannot be accepted
 */
export async function openServer(
  server: Server,
  address: string,
  port: number,
  spare: SpareDescriptor,
  handle: BoundHandle | undefined,
): Promise<Acceptor> {
  await new Promise<void>((resolve, reject) => {
    const listening = () => {
      server.off('error', reject);
      server.on('error', () => spare.giveUp());
      resolve();
    };
    server.once('error', reject);
    if (handle === undefined) server.listen({ host: address, port, backlog: BACKLOG }, listening);
    else server.listen(handle, BACKLOG, listening);
  });
  return {
    address,
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
