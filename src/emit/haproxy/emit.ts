import { type Api, formatDuration } from '../../model';
import { OWN_ANSWERS, ownBody } from '../../passes';
import type { Artifact } from '../../platform';
import { adminSection } from './admin';
import { listenerSections } from './frontend';
import { globalSection } from './global';
import { planRoutes, type RoutePlan } from './plan';
import { routeSections } from './route';
import { rawLines, type Section, writeSections } from './section';
import { looksUp } from './targets';

/** What the place where HAProxy runs decides. */
export interface HaproxyOptions {
  /** The user that HAProxy becomes once it has its ports. Left out: it stays who it is. */
  readonly user?: string;
}

/** The configuration of an API, as `haproxy.cfg`. */
export function emitHaproxy(api: Api, options: HaproxyOptions = {}): readonly Artifact[] {
  const plans = planRoutes(api);
  const listeners = Object.entries(api.listeners);
  const sections = [
    globalSection(api, plans, options),
    defaultsSection(api),
    ...resolvers(plans),
    ...(api.admin === undefined ? [] : [adminSection(api.admin)]),
    ...listeners.flatMap(([name, listener]) => listenerSections(api, name, listener, plans)),
    ...plans.flatMap((plan) => routeSections(plan, rawLines(api.raw?.haproxy?.backend))),
  ];
  const comment = `Made by spillway from the API ${api.name}; do not edit.`;
  return [{ path: 'haproxy.cfg', content: writeSections(comment, sections) }];
}

function defaultsSection(api: Api): Section {
  const { noAnswer, noTarget, timeout } = OWN_ANSWERS;
  const longest = Math.max(...Object.values(api.listeners).map(({ limits }) => limits.bodyTimeout));
  const errors = [noAnswer, noTarget, timeout].map((answer) => [
    ...['http-error', 'status', answer.status, 'content-type', 'application/json', 'string', ownBody(answer)],
  ]);
  return {
    head: ['defaults'],
    body: [
      ['mode', 'http'],
      ['option', 'redispatch', 1],
      // For the sockets between our own sections; what faces targets and clients has its own.
      ['timeout', 'connect', '1s'],
      ['timeout', 'client', formatDuration(longest)],
      ...errors,
      ...rawLines(api.raw?.haproxy?.defaults),
    ],
  };
}

function resolvers(plans: readonly RoutePlan[]): Section[] {
  const names = plans.some(({ tiers }) => tiers.some(({ tier }) => tier.members.some(({ host }) => looksUp(host))));
  return names ? [{ head: ['resolvers', 'system'], body: [['parse-resolv-conf']] }] : [];
}
