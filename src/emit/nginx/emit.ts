import type { Api, Fallback } from '../../model';
import { fallbackAnswer } from '../../passes';
import type { Artifact } from '../../platform';
import { logNodes } from './log';
import { type Node, rawLines, writeNodes } from './node';
import { planRoutes, type RoutePlan } from './plan';
import { DOLLAR } from './quote';
import { routingMaps } from './routing';
import { adminServer, listenerServer } from './server';
import { spentMaps } from './spent';
import { upstreams } from './upstream';

/** What the place where Nginx runs decides. */
export interface NginxOptions {
  /** The user that the workers run as. Left out: the one that Nginx was built with. */
  readonly user?: string;
  /** Where Nginx keeps its process id and temporary files. Left out: where its package put them. */
  readonly directory?: string;
  /** The file for an access log that goes to stdout. Left out: /dev/stdout, which systemd makes a socket: no file. */
  readonly stdout?: string;
}

/** The configuration of an API, as `nginx.conf`. */
export function emitNginx(api: Api, options: NginxOptions = {}): readonly Artifact[] {
  const plans = planRoutes(api);
  const { user, directory } = options;
  const raw = api.raw?.nginx;
  const nodes: Node[] = [
    ...(user === undefined ? [] : [['user', user]]),
    ...(directory === undefined ? [] : [['pid', `${directory}/nginx.pid`]]),
    ['worker_processes', 'auto'],
    ['worker_rlimit_nofile', 2 * CONNECTIONS],
    ...rawLines(raw?.main),
    { block: ['events'], body: [['worker_connections', CONNECTIONS], ...rawLines(raw?.events)] },
    {
      block: ['http'],
      body: [
        ...(directory === undefined ? [] : temporaryPaths(directory)),
        ...SETTINGS,
        ...logNodes(api, options.stdout),
        ...rawLines(raw?.http),
        ...dollar(plans),
        ...routingMaps(api, plans),
        ...spentMaps(plans),
        ...upstreams(plans),
        ...Object.entries(api.listeners).map(([name, listener]) => listenerServer(api, name, listener, plans)),
        ...(api.admin === undefined ? [] : [adminServer(api.admin)]),
      ],
    },
  ];
  return [
    { path: 'nginx.conf', content: writeNodes(`Made by spillway from the API ${api.name}; do not edit.`, nodes) },
  ];
}

/** Connections of one worker, to clients and to targets. */
const CONNECTIONS = 8192;

const SETTINGS: readonly Node[] = [
  ['server_tokens', 'off'],
  ['recursive_error_pages', 'on'],
  ['proxy_http_version', '1.1'],
  // A head of the size that spillway accepts from clients by default.
  ['proxy_buffer_size', '16k'],
  ['proxy_buffers', 8, '16k'],
  ['proxy_set_header', 'Host', '$http_host'],
  ['proxy_set_header', 'Connection', ''],
  ['proxy_set_header', 'X-Forwarded-For', '$remote_addr'],
  ['proxy_set_header', 'X-Forwarded-Proto', '$scheme'],
  ['proxy_set_header', 'X-Forwarded-Host', '$http_host'],
];

function temporaryPaths(directory: string): Node[] {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return kinds.map((kind) => [`${kind}_temp_path`, `${directory}/temp`]);
}

/** The variable that stands for a dollar sign, where one is needed. */
function dollar(plans: readonly RoutePlan[]): Node[] {
  const fallbacks = plans.flatMap(({ route }) => (route.fallback === undefined ? [] : [route.fallback]));
  const needed =
    fallbacks.some(hasDollar) || plans.some(({ route }) => route.methods?.some((name) => name.includes('$')));
  return needed ? [{ block: ['geo', `$${DOLLAR}`], body: [['default', '$']] }] : [];
}

function hasDollar(fallback: Fallback): boolean {
  const { body, headers } = fallbackAnswer(fallback);
  return [body, ...Object.values(headers)].some((text) => text.includes('$'));
}
