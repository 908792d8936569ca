import { type Api, formatDuration, joinAddress, type Listener } from '../../model';
import { listenersOf, OWN_ANSWERS } from '../../passes';
import { allowHeader } from '../answers';
import type { Word } from '../text';
import { ownWords } from './answer';
import { fieldAcls, methodCondition, routeConditions, when } from './conditions';
import { logDirectives } from './log';
import type { RoutePlan } from './plan';
import { logFormat } from './quote';
import { type Directive, rawLines, type Section } from './section';

/** Dot segments, plain or encoded: what a target makes of them is not what the route was chosen by. */
const DOT_SEGMENT = '/(\\.|%2e){1,2}(/|$)';

/** A listener, and the answers of what matches no route. */
export function listenerSections(api: Api, name: string, listener: Listener, plans: readonly RoutePlan[]): Section[] {
  const own = plans.filter(({ route }) => listenersOf(api, route).includes(name));
  // The name of a pool cannot be a number, so no tier of a route has this name.
  const noRoute = `${name}.${OWN_ANSWERS.noRoute.status}`;
  return [
    {
      head: ['frontend', name],
      body: [
        ['bind', joinAddress(listener.address, listener.port)],
        ...clientTimeouts(listener),
        ...logDirectives(api),
        ...refusals(listener),
        ...FORWARDED,
        ...own.flatMap(fieldAcls),
        ...own.flatMap(useBackend),
        ['default_backend', noRoute],
        ['http-response', 'del-header', 'Keep-Alive'],
        ...rawLines(api.raw?.haproxy?.frontend),
      ],
    },
    { head: ['backend', noRoute], body: notRouted(own) },
  ];
}

function clientTimeouts({ limits }: Listener): Directive[] {
  return [
    ['timeout', 'http-request', formatDuration(limits.headTimeout)],
    ['timeout', 'client', formatDuration(limits.bodyTimeout)],
    ['timeout', 'http-keep-alive', formatDuration(limits.idleTimeout)],
  ];
}

function refusals({ limits }: Listener): Directive[] {
  const tooLarge: Word[] = ['if', '{', 'req.hdr_val(content-length)', 'gt', limits.body ?? 0, '}'];
  return [
    ['http-request', ...ownWords(OWN_ANSWERS.targetTooLong), 'if', '{', 'url,length', 'gt', limits.uri, '}'],
    ['http-request', ...ownWords(OWN_ANSWERS.badRequest), 'if', '{', 'path', '-m', 'reg', '-i', DOT_SEGMENT, '}'],
    ...(limits.body === undefined ? [] : [['http-request', ...ownWords(OWN_ANSWERS.bodyTooLarge), ...tooLarge]]),
  ];
}

/** What a client says about itself in these fields is replaced. */
const FORWARDED: readonly Directive[] = [
  ['http-request', 'set-var(txn.host)', 'req.hdr(host),host_only,lower'],
  ['http-request', 'set-header', 'X-Forwarded-For', '%[src]'],
  ['http-request', 'set-header', 'X-Forwarded-Proto', 'http'],
  ['http-request', 'set-header', 'X-Forwarded-Host', '%[req.hdr(host)]'],
];

function useBackend(plan: RoutePlan): Directive[] {
  const methods = methodCondition(plan.route.methods);
  return routeConditions(plan).map((condition) => ['use_backend', plan.name, ...when([...condition, ...methods])]);
}

function notRouted(plans: readonly RoutePlan[]): Directive[] {
  const limited = plans.filter(({ route }) => route.methods !== undefined);
  const routes = plans.map(({ route }) => route);
  const wrongMethod = limited.flatMap((plan) => {
    const allow = logFormat(allowHeader(plan.route, routes));
    const answer = [...ownWords(OWN_ANSWERS.wrongMethod), 'hdr', 'Allow', allow];
    return routeConditions(plan).map((condition): Directive => ['http-request', ...answer, ...when(condition)]);
  });
  return [...limited.flatMap(fieldAcls), ...wrongMethod, ['http-request', ...ownWords(OWN_ANSWERS.noRoute)]];
}
