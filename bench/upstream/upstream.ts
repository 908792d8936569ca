import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, untilAccepts } from '../environment/ports';
import type { Processes } from '../environment/processes';

/** Who answers behind every proxy. */
export interface Upstream {
  /** Nginx: 100 octets on every path, 16 KB on `/16k`, 1 MB on `/1m`. */
  readonly port: number;
  /** Further ports that answer the same, for many targets. */
  readonly ports: readonly number[];
  /** A WebSocket server that sends back what it gets. */
  readonly echoPort: number;
}

/** Paths of the bodies by their size. */
export const BODIES = { '100': '/', '16k': '/16k', '1m': '/1m' } as const;

const MORE_PORTS = 99;

/** Starts one Nginx and one WebSocket server, which serve all proxies alike. */
export async function startUpstream(directory: string, processes: Processes): Promise<Upstream> {
  const [echoPort, ...ports] = await freePorts(MORE_PORTS + 2);
  const home = join(directory, 'upstream');
  mkdirSync(home);
  writeFileSync(join(home, '16k'), 'x'.repeat(16 * 1024));
  writeFileSync(join(home, '1m'), 'x'.repeat(1024 * 1024));
  writeFileSync(join(home, 'nginx.conf'), configuration(home, ports));
  const nginx = processes.startServer('client', 'nginx', ['-p', home, '-c', join(home, 'nginx.conf')]);
  const echo = processes.startServer('client', process.execPath, [
    join(__dirname, 'programs', 'echo.mjs'),
    String(echoPort),
  ]);
  await untilAccepts(ports[0], () => nginx.alive());
  await untilAccepts(echoPort, () => echo.alive());
  return { port: ports[0], ports, echoPort };
}

const configuration = (home: string, ports: readonly number[]) => `
daemon off;
worker_processes 1;
pid ${home}/nginx.pid;
error_log ${home}/error.log crit;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 2000000000;
  keepalive_timeout 1h;
  sendfile on;
  open_file_cache max=16;
  client_body_temp_path ${home}/body;
  proxy_temp_path ${home}/proxy;
  fastcgi_temp_path ${home}/fastcgi;
  uwsgi_temp_path ${home}/uwsgi;
  scgi_temp_path ${home}/scgi;
  server {
${ports.map((port) => `    listen 127.0.0.1:${port} backlog=4096;`).join('\n')}
    default_type text/plain;
    root ${home};
    location / { return 200 "${'x'.repeat(100)}"; }
    location = /16k { }
    location = /1m { }
  }
}
`;
