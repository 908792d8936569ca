import { type AttemptFailure, formatDuration, type RetryCondition, type Route } from '../../model';
import { OWN_ANSWERS } from '../../passes';
import type { Word } from '../text';
import { type RoutePlan, repeatableMethods, repeats, type TierPlan } from './plan';
import type { Directive } from './section';

/** HAProxy's words for a way to fail; a connect that times out counts as a failed one. */
const RETRY_ON: Readonly<Record<AttemptFailure, readonly string[]>> = {
  connectFailure: ['conn-failure'],
  reset: ['empty-response', 'junk-response'],
  timeout: ['response-timeout'],
};

/**
 * Between our own sections a status says that the next tier may have the request. RFC 8470 made 425 for a request that
 * was not processed and may be repeated.
 */
export const NEXT_TIER = 425;

/** Between our own sections a field marks answers that come from no target. */
export const UNANSWERED = 'x-spillway-unanswered';

/** Retries among the targets of a tier. */
export function retryWithin(route: Route, plan: TierPlan): Directive[] {
  const retries = Math.min(route.retry.attempts, plan.tier.members.length) - 1;
  if (retries === 0 || !repeats(route, plan)) return [['retries', 0]];
  const on = route.retry.on.flatMap((condition) =>
    typeof condition === 'number' ? [String(condition)] : RETRY_ON[condition],
  );
  return [
    ['retries', retries],
    ['retry-on', ...on],
  ];
}

/** Decides, while the request is at hand, whether it may be sent again after a target has seen it. */
export function markRepeatable(route: Route, plan: TierPlan): Directive[] {
  if (!repeats(route, plan)) return [];
  const methods = repeatableMethods(route);
  return [
    [
      ...['http-request', 'set-var(txn.repeatable)', 'bool(true)', 'if'],
      ...(methods === undefined ? [] : ['{', 'method', ...methods, '}']),
      ...['!{', 'req.hdr_val(content-length)', 'gt', route.retry.bufferLimit, '}'],
      ...['!{', 'req.hdr(transfer-encoding)', '-m', 'found', '}'],
    ],
    ['acl', 'repeatable', 'var(txn.repeatable)', '-m', 'bool'],
    ['http-request', 'disable-l7-retry', 'unless', 'repeatable'],
  ];
}

/** Holds a body back until it is complete, where it may have to be sent again. */
export function bufferBody({ route, tiers }: RoutePlan): Directive[] {
  const limit = route.retry.bufferLimit;
  if (limit === 0 || !tiers.some((tier) => repeats(route, tier))) return [];
  const time = formatDuration(route.timeouts.request);
  return [['http-request', 'wait-for-body', 'time', time, 'if', '{', 'req.hdr_val(content-length)', 'le', limit, '}']];
}

/** Hands what failed in a tier to the next one. */
export function handOver(route: Route, plan: TierPlan): Directive[] {
  if (plan.last) return [];
  const { on } = route.retry;
  const may = repeats(route, plan);
  const status = (...list: number[]): Word[] => ['{', 'status', ...list, '}'];
  const next = (...condition: Word[]): Directive => [
    'http-after-response',
    'set-status',
    NEXT_TIER,
    'if',
    ...condition,
  ];
  const own = OWN_FAILURES.filter(({ failure }) => on.includes(failure)).map((item) => item.status);
  const answered = on.filter((condition): condition is number => typeof condition === 'number');
  // Without a server there was no attempt, so there is nothing to repeat.
  const untried: Word[] = may && on.includes('connectFailure') ? [] : ['!{', 'srv_id', '-m', 'found', '}'];
  return [
    next('!answered', ...status(OWN_ANSWERS.noTarget.status), ...untried),
    ...(may && own.length > 0 ? [next('!answered', ...status(...own), 'repeatable')] : []),
    ...(may && answered.length > 0 ? [next('answered', ...status(...answered), 'repeatable')] : []),
  ];
}

const OWN_FAILURES: readonly { readonly failure: RetryCondition; readonly status: number }[] = [
  { failure: 'reset', status: OWN_ANSWERS.noAnswer.status },
  { failure: 'timeout', status: OWN_ANSWERS.timeout.status },
];

/** Tells the answers of targets from those that HAProxy makes itself. */
export const MARK_ANSWERED: readonly Directive[] = [
  ['acl', 'answered', 'var(txn.answered)', '-m', 'found'],
  ['http-response', 'set-var(txn.answered)', 'bool(true)'],
];

/** Gives a connection that failed the status that it has everywhere else; HAProxy's own is that of an empty pool. */
export function failedConnection(): Directive {
  const { noTarget, noAnswer } = OWN_ANSWERS;
  const failed: Word[] = ['!answered', '{', 'status', noTarget.status, '}', '{', 'srv_id', '-m', 'found', '}'];
  return ['http-after-response', 'set-status', noAnswer.status, 'if', ...failed];
}
