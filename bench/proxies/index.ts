import { HAPROXY } from './haproxy';
import { NGINX } from './nginx';
import { FASTIFY, HTTP_PROXY } from './node-proxies';
import type { ProxyProgram } from './proxy';
import { SPILLWAY } from './spillway';

/** Who is measured; the first is compared with all others. */
export const PROXIES: readonly ProxyProgram[] = [SPILLWAY, NGINX, HAPROXY, HTTP_PROXY, FASTIFY];
