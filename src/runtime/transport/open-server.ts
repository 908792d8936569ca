import type { AddressInfo, Server } from 'node:net';
import { type Acceptor, BACKLOG } from './transport';

/** Lets a server listen. */
export async function openServer(server: Server, address: string, port: number): Promise<Acceptor> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    address,
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
