import { type Fallback, formatDuration, type RetryCondition, type Route } from '../../model';
import { fallbackAnswer, OWN_ANSWERS, STATIC_STATUS } from '../../passes';
import { fallbackTriggers } from '../answers';
import type { Word } from '../text';
import type { Block, Node } from './node';
import { type RoutePlan, repeats, type TierPlan } from './plan';
import { literal } from './quote';
import { spentVariable } from './spent';

/** Inside, this status means: go on to the location that `error_page` names. */
export const GO_ON = 418;

/** What Nginx answers for a tier in which nothing answered; an empty one is a 502 as well. */
const FAILURES: readonly number[] = [OWN_ANSWERS.noAnswer.status, OWN_ANSWERS.timeout.status];

/** The locations of a route: one for each tier, and one for its fallback. */
export function routeLocations(plan: RoutePlan): Block[] {
  const { name, route, tiers } = plan;
  const { fallback } = route;
  return [
    ...(tiers.length === 0 && fallback !== undefined ? [staticLocation(name, fallback)] : []),
    ...tiers.map((tier) => tierLocation(plan, tier)),
    ...(fallback === undefined ? [] : [fallbackLocation(name, fallback)]),
  ];
}

function staticLocation(name: string, fallback: Fallback): Block {
  const status = fallback.status ?? STATIC_STATUS;
  return {
    block: ['location', `@${name}`],
    body: [
      ['error_page', GO_ON, `=${status}`, fallbackName(name)],
      ['return', GO_ON],
    ],
  };
}

function tierLocation({ name, route, tiers }: RoutePlan, tier: TierPlan): Block {
  const { connect, response, request } = route.timeouts;
  const wait = formatDuration(route.retry.perTryTimeout ?? response);
  return {
    block: ['location', tier.location],
    body: [
      ...(tier === tiers[0] ? [] : stopWhenSpent(route)),
      ['proxy_pass', `http://${tier.upstream}`],
      ['proxy_connect_timeout', formatDuration(connect)],
      ['proxy_send_timeout', wait],
      ['proxy_read_timeout', wait],
      ...nextUpstream(route, request),
      ...errorPages(name, route, tier),
    ],
  };
}

/** A request that a target may have acted on ends here, with the status that it had. */
function stopWhenSpent(route: Route): Node[] {
  const spent = spentVariable(route);
  if (spent === undefined) return [];
  return handedOver(route).map((status) => ({
    block: ['if', `(${spent}`, '=', `${status})`],
    body: [['return', status]],
  }));
}

const NEXT_UPSTREAM: Readonly<Record<string, string | undefined>> = {
  connectFailure: 'error',
  reset: 'error',
  timeout: 'timeout',
};

function nextUpstream(route: Route, deadline: number): Node[] {
  if (!repeats(route)) return [['proxy_next_upstream', 'off']];
  const { on, attempts, nonIdempotent } = route.retry;
  const word = (condition: RetryCondition) => NEXT_UPSTREAM[condition] ?? `http_${condition}`;
  return [
    ['proxy_next_upstream', ...new Set(on.map(word)), ...(nonIdempotent ? ['non_idempotent'] : [])],
    ['proxy_next_upstream_tries', attempts],
    ['proxy_next_upstream_timeout', formatDuration(deadline)],
  ];
}

/** Statuses with which a tier hands over to the next. */
function handedOver(route: Route): number[] {
  const { on } = route.retry;
  const may = repeats(route);
  const statuses = may ? on.filter((condition) => typeof condition === 'number') : [];
  // An empty tier is a 502, and must be left even where nothing is tried twice.
  const own = may && !on.includes('timeout') ? [OWN_ANSWERS.noAnswer.status] : FAILURES;
  return sorted([...own, ...statuses]);
}

function errorPages(name: string, route: Route, tier: TierPlan): Node[] {
  const fallback = route.fallback === undefined ? undefined : fallbackTriggers(route.fallback);
  const handed = tier.next === undefined ? [] : handedOver(route);
  const answered = [...statusesOf(handed), ...(fallback?.answered ?? [])];
  const caught = sorted([
    ...(fallback?.own ?? []).filter((status) => FAILURES.includes(status)),
    ...(fallback?.answered ?? []),
  ]);
  const kept = caught.filter((status) => !handed.includes(status));
  const intercepts = answered.some((status) => !FAILURES.includes(status)) || (fallback?.answered.length ?? 0) > 0;
  const change: Word[] = route.fallback?.status === undefined ? [] : [`=${route.fallback.status}`];
  return [
    ...(intercepts ? [['proxy_intercept_errors', 'on']] : []),
    ...(handed.length > 0 ? [['error_page', ...handed, '=', tier.next as string]] : []),
    ...(kept.length > 0 ? [['error_page', ...kept, ...change, fallbackName(name)]] : []),
  ];
}

function statusesOf(list: readonly number[]): number[] {
  return list.filter((status) => !FAILURES.includes(status));
}

function sorted(list: readonly number[]): number[] {
  return [...new Set(list)].sort((a, b) => a - b);
}

function fallbackName(route: string): string {
  return `@${route}.fallback`;
}

function fallbackLocation(name: string, fallback: Fallback): Block {
  const { contentType, body, headers } = fallbackAnswer(fallback);
  const isType = (field: string) => field.toLowerCase() === 'content-type';
  const type = contentType ?? Object.entries(headers).find(([field]) => isType(field))?.[1] ?? '';
  const fields = Object.entries(headers).filter(([field]) => !isType(field));
  return {
    block: ['location', fallbackName(name)],
    body: [
      ['default_type', type],
      ...fields.map(([field, value]) => ['add_header', field, literal(value), 'always']),
      // The status is that of `error_page`.
      ['return', 200, literal(body)],
    ],
  };
}
