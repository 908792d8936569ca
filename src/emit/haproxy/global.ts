import type { Api } from '../../model';
import type { HaproxyOptions } from './emit';
import { type RoutePlan, repeats } from './plan';
import { type Directive, rawLines, type Section } from './section';

/** What HAProxy keeps free in a buffer for the fields that it adds (tune.maxrewrite). */
const REWRITE_ROOM = 1024;
/** HAProxy's own size of a buffer (tune.bufsize). */
const BUFFER = 16_384;

/** Settings of the whole process. */
export function globalSection(api: Api, plans: readonly RoutePlan[], options: HaproxyOptions): Section {
  const listeners = Object.values(api.listeners);
  const pools = Object.values(api.pools);
  return {
    head: ['global'],
    body: [
      ...(options.user === undefined ? [] : [['user', options.user]]),
      ...logTarget(api),
      ...bufferSize(api, plans),
      // The request line counts as well.
      ['tune.http.maxhdr', Math.max(...listeners.map(({ limits }) => limits.headers)) + 1],
      ['spread-checks', Math.round(Math.max(0, ...pools.map(({ healthCheck }) => healthCheck.jitterPercent)))],
      ...rawLines(api.raw?.haproxy?.global),
    ],
  };
}

function logTarget({ accessLog }: Api): Directive[] {
  return accessLog === undefined ? [] : [['log', accessLog.path, 'format', 'raw', 'local0', 'info']];
}

/** A request that may be sent again must fit one buffer, head and body. */
function bufferSize(api: Api, plans: readonly RoutePlan[]): Directive[] {
  const head = Math.max(...Object.values(api.listeners).map(({ limits }) => limits.head));
  const repeated = plans.filter(({ route, tiers }) => tiers.some((tier) => repeats(route, tier)));
  const size = head + Math.max(0, ...repeated.map(({ route }) => route.retry.bufferLimit)) + REWRITE_ROOM;
  return size <= BUFFER ? [] : [['tune.bufsize', size]];
}
