import type { Route } from '../../model';
import { type Answer, OWN_ANSWERS, ownBody } from '../../passes';
import { METRICS } from '../../signals';
import type { RateLimit, Rates } from '../limits';
import type { Cell } from '../telemetry';
import type { Course, OwnAnswer } from './course';
import type { Policy } from './policy';
import type { PolicyPlace } from './policy-place';
import type { PolicyRequest } from './policy-request';
import { keyReader } from './request-key';

/**
 * Bounds the requests of each client by a token bucket: 429 beyond (RFC 6585, section 4). Every response tells the limit and
 * what is left of it, in `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11).
 */
export class RateLimitPolicy implements Policy {
  private readonly keyOf: (request: PolicyRequest) => string;
  private readonly route: string;
  private readonly policy: string;
  private readonly allowed: Cell;
  private readonly denied: Cell;

  /** @param rates - of what is served */
  constructor(
    described: NonNullable<Route['rateLimit']>,
    private readonly rates: Rates,
    { registry, api, route }: PolicyPlace,
  ) {
    this.route = route;
    this.keyOf = keyReader(described.key);
    this.policy = policyField(route, described);
    this.allowed = registry.cell(METRICS.rateLimitDecisions, api, route, 'allow');
    this.denied = registry.cell(METRICS.rateLimitDecisions, api, route, 'deny');
  }

  onRequest(request: PolicyRequest, course: Course, now: number): void {
    const limit = this.rates.of(this.route);
    if (limit === undefined) return;
    const key = this.keyOf(request);
    const passes = limit.take(key, now);
    if (passes === 'ask') this.ask(limit, key, course, now);
    else this.decide(passes === 'yes', limit, key, course, now);
  }

  private ask(limit: RateLimit, key: string, course: Course, now: number): void {
    course.question = (answered) => {
      const waiter = {
        onDecided: (passes: boolean) => {
          this.decide(passes, limit, key, course, now);
          answered(passes ? undefined : course.answer);
        },
      };
      limit.whenDecided(key, waiter, now);
      return () => limit.leave(key, waiter);
    };
  }

  private decide(passes: boolean, limit: RateLimit, key: string, course: Course, now: number): void {
    (passes ? this.allowed : this.denied).value += 1;
    const left = passes ? limit.remaining(key, now) : 0;
    const nextIn = Math.max(1, Math.ceil(limit.nextIn(key, now) / 1000));
    course.response.addField('RateLimit-Policy', this.policy);
    course.response.addField('RateLimit', limitField(this.route, left, nextIn, limit));
    // It goes before what other policies may have decided while the instance was asked.
    if (!passes) course.answer = tooMany(nextIn);
  }
}

/** `"rest";q=100;w=1`: the quota in a window of whole seconds (draft, section 3); what may come at once is a word of our own. */
function policyField(name: string, { requests, per, burst }: NonNullable<Route['rateLimit']>): string {
  const window = Math.ceil(per / 1000);
  const quota = Math.floor((requests * window * 1000) / per);
  return `"${name}";q=${quota};w=${window}${burst === undefined ? '' : `;spillway-burst=${burst}`}`;
}

/**
 * `"rest";r=50;t=1`: what is left, and the time in which as much comes again (draft, section 4), so that a client which
 * spreads the one over the other keeps to the rate. Where nothing is left, the time until there is something.
 */
function limitField(name: string, left: number, nextIn: number, { rate }: RateLimit): string {
  const time = left === 0 ? nextIn : Math.max(1, Math.ceil(left / rate.perSecond));
  return `"${name}";r=${left};t=${time}`;
}

function tooMany(seconds: number): OwnAnswer {
  const { status } = OWN_ANSWERS.tooMany;
  const answer: Answer = {
    contentType: 'application/json',
    body: ownBody(OWN_ANSWERS.tooMany),
    headers: { 'Retry-After': String(seconds) },
  };
  return { status, answer, reason: 'rateLimit' };
}
