import { H2Load } from './clients/h2load';
import { runHandshakes } from './clients/handshakes';
import { runWebSockets } from './clients/websocket';
import type { Work } from './clients/work';
import { runWrk } from './clients/wrk';
import type { Processes } from './environment/processes';
import type { ListenerKind } from './proxies/proxy';
import { BODIES } from './upstream/upstream';

/** Does work through a proxy for a while. */
export type Load = (processes: Processes, port: number, seconds: number) => Promise<Work>;

/** What spillway should reach against a peer: its CPU time divided by spillway's. Printed, not enforced. */
export interface Goals {
  readonly floor?: number;
  readonly aim?: number;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  /** What is counted. */
  readonly unit: 'request' | 'connection' | 'message';
  readonly kind: ListenerKind;
  readonly load: Load;
  /** By the name of the peer. */
  readonly goals?: Readonly<Record<string, Goals>>;
}

/** What a browser sends: with the request line and Host, about 700 octets. */
export const BROWSER_HEADERS: Readonly<Record<string, string>> = {
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  'Accept-Language': 'en-GB,en;q=0.9,de;q=0.8',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  Referer: 'https://shop.example/catalogue/summer?page=2',
  Cookie: 'session=4f2c9a7be1d84e0f9b6a; consent=necessary; theme=dark; cart=a81bc81b-dead-4e5d-abff-90865d1e13b1',
  'Sec-Ch-Ua-Platform': '"Linux"',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Site': 'same-origin',
  'Upgrade-Insecure-Requests': '1',
};

const SMALL: Workload['goals'] = {
  nginx: { floor: 0.8, aim: 1 },
  HAProxy: { floor: 0.9, aim: 1.1 },
  'http-proxy': { floor: 5 },
};
const LARGE: Workload['goals'] = { nginx: { aim: 1 }, HAProxy: { aim: 1 } };

interface Requests {
  readonly connections?: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const wrk =
  (scheme: 'http' | 'https', { connections = 64, path = BODIES['100'], headers }: Requests): Load =>
  (processes, port, seconds) =>
    runWrk(processes, { url: `${scheme}://127.0.0.1:${port}${path}`, connections, headers, seconds });

const h2load = (connections: number, streams: number): Load => {
  const client = new H2Load({ connections, streams });
  return (processes, port, seconds) => client.run(processes, port, seconds);
};

const handshakes =
  (kind: 'full' | 'resumed'): Load =>
  (processes, port, seconds) =>
    runHandshakes(processes, { port, kind, seconds });

/** Everything that is measured as CPU time for each proxy. */
export const WORKLOADS: readonly Workload[] = [
  {
    name: 'small',
    title: '100 B, keep-alive, 64 connections',
    unit: 'request',
    kind: 'http',
    load: wrk('http', {}),
    goals: SMALL,
  },
  {
    name: 'headers',
    title: '100 B, 700 B of browser headers',
    unit: 'request',
    kind: 'http',
    load: wrk('http', { headers: BROWSER_HEADERS }),
  },
  {
    name: '16k',
    title: '16 KB',
    unit: 'request',
    kind: 'http',
    load: wrk('http', { path: BODIES['16k'] }),
    goals: LARGE,
  },
  { name: '1m', title: '1 MB', unit: 'request', kind: 'http', load: wrk('http', { path: BODIES['1m'] }), goals: LARGE },
  { name: 'c1', title: '100 B, 1 connection', unit: 'request', kind: 'http', load: wrk('http', { connections: 1 }) },
  {
    name: 'c512',
    title: '100 B, 512 connections',
    unit: 'request',
    kind: 'http',
    load: wrk('http', { connections: 512 }),
  },
  {
    name: 'churn',
    title: '100 B, a new connection for each request',
    unit: 'request',
    kind: 'http',
    load: wrk('http', { headers: { Connection: 'close' } }),
  },
  {
    name: 'tls',
    title: 'TLS 1.3, 100 B, keep-alive, 64 connections',
    unit: 'request',
    kind: 'https',
    load: wrk('https', {}),
    goals: { nginx: { floor: 0.85, aim: 1 } },
  },
  {
    name: 'tls-16k',
    title: 'TLS 1.3, 16 KB',
    unit: 'request',
    kind: 'https',
    load: wrk('https', { path: BODIES['16k'] }),
  },
  {
    name: 'handshake',
    title: 'TLS 1.3, full handshake and one request',
    unit: 'connection',
    kind: 'https',
    load: handshakes('full'),
    goals: { nginx: { floor: 0.85, aim: 1 } },
  },
  {
    name: 'resumed',
    title: 'TLS 1.3, resumed session and one request',
    unit: 'connection',
    kind: 'https',
    load: handshakes('resumed'),
    goals: { nginx: { floor: 0.85, aim: 1 } },
  },
  {
    name: 'h2',
    title: 'HTTP/2 over TLS, 16 connections of 32 streams',
    unit: 'request',
    kind: 'h2',
    load: h2load(16, 32),
  },
  {
    name: 'h2-single',
    title: 'HTTP/2 over TLS, 64 connections of 1 stream',
    unit: 'request',
    kind: 'h2',
    load: h2load(64, 1),
  },
  {
    name: 'websocket',
    title: 'WebSocket echo, 64 B, 64 connections',
    unit: 'message',
    kind: 'websocket',
    load: (processes, port, seconds) => runWebSockets(processes, { port, connections: 64, seconds }),
    goals: { nginx: { floor: 0.75, aim: 1 } },
  },
];
