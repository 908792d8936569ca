import { type Fallback, formatDuration, type Route } from '../../model';
import { OWN_ANSWERS, STATIC_STATUS } from '../../passes';
import { fallbackTriggers } from '../answers';
import type { Word } from '../text';
import { fallbackWords } from './answer';
import type { RoutePlan, TierPlan } from './plan';
import {
  bufferBody,
  failedConnection,
  handOver,
  MARK_ANSWERED,
  markRepeatable,
  NEXT_TIER,
  retryWithin,
  UNANSWERED,
} from './retry';
import type { Directive, Section } from './section';
import { targets } from './targets';

/** The sections of a route. */
export function routeSections(plan: RoutePlan, raw: readonly Directive[]): Section[] {
  const { name, route, tiers, chained } = plan;
  if (tiers.length === 0) return [{ head: ['backend', name], body: staticAnswer(route.fallback as Fallback) }];
  if (!chained) {
    const body = [...bufferBody(plan), ...attempts(route, tiers[0] as TierPlan), failedConnection()];
    return [{ head: ['backend', name], body: [...body, ...raw, ...targets(tiers[0] as TierPlan)] }];
  }
  return [...steps(plan), ...tiers.map((tier) => tierSection(route, tier, raw))];
}

function staticAnswer(fallback: Fallback): Directive[] {
  return [['http-request', ...fallbackWords(fallback, fallback.status ?? STATIC_STATUS)]];
}

/**
 * Each step has two ways: a tier, and what comes after it. With more than two, HAProxy would go back to the first: it
 * avoids only the server that failed last.
 */
function steps(plan: RoutePlan): Section[] {
  const { name, route, tiers } = plan;
  return tiers.slice(0, Math.max(1, tiers.length - 1)).map((tier, index): Section => {
    const number = index + 1;
    const next = wayOn(plan, index);
    const ways = [{ name: tier.section, socket: tier.socket }, ...(next === undefined ? [] : [next])];
    return {
      head: number === 1 ? ['backend', name] : ['listen', stepName(name, number)],
      body: [
        ...(number === 1 ? bufferBody(plan) : [['bind', plan.stepSocket(number)]]),
        ['balance', 'first'],
        // A request that is not the first of its connection might get no answer but the end of the connection.
        ['option', 'http-server-close'],
        ['timeout', 'server', formatDuration(route.timeouts.request)],
        ...(next === undefined ? [] : chooseTier(tier, next.name)),
        ...(number === 1 ? finalAnswer(route) : []),
        ...ways.map((way) => ['server', way.name, way.socket]),
      ],
    };
  });
}

/** What comes after a tier: the next step, or the last tier. */
function wayOn({ name, tiers, stepSocket }: RoutePlan, index: number): { name: string; socket: string } | undefined {
  const number = index + 2;
  if (number < tiers.length) return { name: stepName(name, number), socket: stepSocket(number) };
  const last = tiers[index + 1];
  return last && { name: last.section, socket: last.socket };
}

function stepName(route: string, number: number): string {
  return `${route}.${number}`;
}

function chooseTier(tier: TierPlan, next: string): Directive[] {
  return [
    ['retries', 1],
    ['retry-on', NEXT_TIER],
    ['use-server', next, 'if', '{', `nbsrv(${tier.section})`, 'eq', 0, '}'],
    ['http-response', 'set-status', OWN_ANSWERS.noAnswer.status, 'if', '{', 'status', NEXT_TIER, '}'],
  ];
}

function tierSection(route: Route, tier: TierPlan, raw: readonly Directive[]): Section {
  return {
    head: ['listen', tier.section],
    body: [
      ['bind', tier.socket],
      ...attempts(route, tier),
      ['http-after-response', 'set-header', UNANSWERED, 1, 'unless', 'answered'],
      ...handOver(route, tier),
      failedConnection(),
      ...raw,
      ...targets(tier),
    ],
  };
}

function attempts(route: Route, tier: TierPlan): Directive[] {
  const { connect, response, request } = route.timeouts;
  const perTry = Math.min(route.retry.perTryTimeout ?? response, request);
  return [
    ['timeout', 'connect', formatDuration(Math.min(connect, request))],
    ['timeout', 'server', formatDuration(perTry)],
    ...retryWithin(route, tier),
    ...markRepeatable(route, tier),
    ...MARK_ANSWERED,
  ];
}

function finalAnswer({ fallback }: Route): Directive[] {
  const clean: Directive = ['http-response', 'del-header', UNANSWERED];
  if (fallback === undefined) return [clean];
  const { own, answered } = fallbackTriggers(fallback);
  const unanswered: Word[] = ['{', `res.hdr(${UNANSWERED})`, '-m', 'found', '}'];
  const is = (statuses: readonly number[]): Word[] => ['{', 'status', ...statuses, '}'];
  const kept = [...new Set([...own, ...answered])].sort((a, b) => a - b);
  if (fallback.status === undefined) {
    return [
      ...kept.map((status): Directive => {
        const condition = [...is([status]), ...(answered.includes(status) ? [] : unanswered)];
        return ['http-response', ...fallbackWords(fallback, status), 'if', ...condition];
      }),
      clean,
    ];
  }
  const ways = [
    ...(own.length > 0 ? [[...is(own), ...unanswered]] : []),
    ...(answered.length > 0 ? [is(answered)] : []),
  ];
  const condition = ways.flatMap((way, index) => (index === 0 ? way : ['or', ...way]));
  return [['http-response', ...fallbackWords(fallback, fallback.status), 'if', ...condition], clean];
}
