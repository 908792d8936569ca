import type { Api, AttemptFailure, FallbackCondition, PriorityClass, Retry } from '../../model';
import type { NamedRoute } from '../../passes';
import type { FallbackSource } from '../fallbacks';
import { Course, type Policy, type PolicyRequest, type PolicyResponse } from '../policies';
import type { RouteMetrics } from '../telemetry';
import type { Pool, Tier } from '../upstream';
import { RetryBudget } from './retry-budget';

type Route = Api['routes'][string];

/** What a route may do with a request; one that does nothing is a static answer. */
const ACTIONS = ['pool', 'tiers', 'split', 'redirect'] as const;

/** What a route is made of besides its description. */
export interface RouteParts {
  readonly pools: readonly Pool[];
  readonly metrics: RouteMetrics;
  readonly policies: readonly Policy[] | undefined;
  readonly fallback: FallbackSource | undefined;
  /** On the clock of the timers. */
  readonly now: number;
  /** Of the instance's limits, where several processes serve it: a part of 1. */
  readonly share?: number;
}

/** A route as it is served: what is needed for each request, worked out once. Times in milliseconds. */
export class ServedRoute {
  readonly name: string;
  readonly connectTimeout: number;
  /** Of one attempt, from the end of the request to the head of the response. */
  readonly responseTimeout: number;
  /** Of all attempts together. */
  readonly requestTimeout: number;
  /** Silence of the target within a response, or of both sides of an upgraded connection. */
  readonly idleTimeout: number;
  readonly attempts: number;
  readonly nonIdempotent: boolean;
  /** Octets of a request body that are kept to be sent again. */
  readonly bufferLimit: number;
  readonly retryOn: ReadonlySet<AttemptFailure | number>;
  readonly budget: RetryBudget;
  readonly backoff: Retry['backoff'];
  /** After which time without an answer a second target is asked; `undefined` for never. */
  readonly hedgeAfter: number | undefined;
  readonly priorityClass: PriorityClass;
  /** In the order of failover; of a split, the course of each request says which. */
  readonly pools: readonly Pool[];
  readonly metrics: RouteMetrics;
  /** In the order in which they decide; `undefined` where there are none, so that requests pay nothing for them. */
  readonly policies: readonly Policy[] | undefined;
  /** What answers when no target does. */
  readonly fallback: FallbackSource | undefined;
  private readonly answersAlone: boolean;
  private readonly fallbackOn: ReadonlySet<FallbackCondition>;

  constructor({ name, route }: NamedRoute, parts: RouteParts) {
    this.pools = parts.pools;
    this.metrics = parts.metrics;
    this.policies = parts.policies;
    this.fallback = parts.fallback;
    this.answersAlone = ACTIONS.every((action) => route[action] === undefined);
    const { timeouts, retry, fallback }: Route = route;
    this.name = name;
    this.connectTimeout = timeouts.connect;
    this.responseTimeout = retry.perTryTimeout ?? timeouts.response;
    this.requestTimeout = timeouts.request;
    this.idleTimeout = timeouts.idle;
    this.attempts = retry.attempts;
    this.nonIdempotent = retry.nonIdempotent;
    this.bufferLimit = retry.bufferLimit;
    this.retryOn = new Set(retry.on);
    this.budget = new RetryBudget(retry.budgetPercent, parts.now, parts.share);
    this.backoff = retry.backoff;
    this.hedgeAfter = retry.hedgeAfter;
    this.priorityClass = route.priorityClass;
    this.fallbackOn = new Set(fallback?.on);
  }

  /** Whether requests are looked at for more than their route. */
  get looks(): boolean {
    return this.policies !== undefined || this.fallback?.notes === true;
  }

  /** Whether the route has policies, and its requests a course. */
  get decides(): boolean {
    return this.policies !== undefined;
  }

  /** What its policies say of a request. */
  courseOf(request: PolicyRequest, now: number): Course {
    const course = new Course();
    for (const policy of this.policies ?? []) {
      if (course.decided) break;
      policy.onRequest?.(request, course, now);
    }
    return course;
  }

  /**
   * What its policies say of a response, which goes into the course of its request. Who looked at the request first looks
   * at the response last: at what it has become, and also where somebody behind has answered.
   */
  answered(response: PolicyResponse, course: Course, now: number): void {
    const { policies = [] } = this;
    for (let i = policies.length - 1; i >= 0; i--) policies[i].onResponse?.(response, course, now);
  }

  /** Whether the route is nothing but its fallback. */
  get static(): boolean {
    return this.answersAlone;
  }

  /** The tier that serves now. */
  get servingTier(): Tier | undefined {
    for (const pool of this.pools) {
      const tier = pool.tiers.find(({ available }) => available);
      if (tier !== undefined) return tier;
    }
    return undefined;
  }

  /** Whether the fallback answers in place of a failure that was staged. */
  replaces(status: number): boolean {
    const unavailable = status === 502 || status === 503 || status === 504;
    return unavailable ? this.replacesFailure(status) : this.replacesStatus(status);
  }

  /** Whether the fallback answers in place of what a target answered. */
  replacesStatus(status: number): boolean {
    return this.fallbackOn.size > 0 && this.fallbackOn.has(status);
  }

  /** Whether the fallback answers where no target did. @param status - 502, 503 or 504 */
  replacesFailure(status: number): boolean {
    const { fallbackOn } = this;
    return fallbackOn.has('unavailable') || fallbackOn.has(status) || (status === 504 && fallbackOn.has('timeout'));
  }
}
