import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Ports of 127.0.0.1 that nothing listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** How long a server may take to listen, in milliseconds: the largest description takes seconds to read. */
const START_LIMIT = 60_000;

/** Resolves once a port accepts connections. @throws what `alive` throws, which is asked before each attempt. */
export async function untilAccepts(port: number, alive: () => void): Promise<void> {
  const started = performance.now();
  while (performance.now() - started < START_LIMIT) {
    alive();
    if (await accepts(port)) return;
    await wait(20);
  }
  throw new Error(`nothing listens on port ${port} after ${START_LIMIT / 1000} s`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (good: boolean) => {
      socket.destroy();
      resolve(good);
    };
    socket.on('connect', () => tell(true)).on('error', () => tell(false));
  });
}
