import type { Api, AttemptFailure, FallbackCondition, PriorityClass, Retry } from '../../model';
import { type Answer, fallbackAnswer, type NamedRoute } from '../../passes';
import { Course, type Policy, type PolicyRequest, type PolicyResponse } from '../policies';
import type { RouteMetrics } from '../telemetry';
import type { Pool, Tier } from '../upstream';
import { RetryBudget } from './retry-budget';

type Route = Api['routes'][string];

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
  readonly fallback: Answer | undefined;
  private readonly fallbackStatus: number | undefined;
  private readonly fallbackOn: ReadonlySet<FallbackCondition>;

  constructor(
    { name, route }: NamedRoute,
    /** In the order of failover. */
    readonly pools: readonly Pool[],
    readonly metrics: RouteMetrics,
    now: number,
    share = 1,
    /** In the order in which they decide; `undefined` where there are none, so that requests pay nothing for them. */
    private readonly policies: readonly Policy[] | undefined = undefined,
  ) {
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
    this.budget = new RetryBudget(retry.budgetPercent, now, share);
    this.backoff = retry.backoff;
    this.hedgeAfter = retry.hedgeAfter;
    this.priorityClass = route.priorityClass;
    this.fallback = fallback && fallbackAnswer(fallback);
    this.fallbackStatus = fallback?.status;
    this.fallbackOn = new Set(fallback?.on);
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

  /** What its policies say of a response, which goes into the course of its request. */
  answered(response: PolicyResponse, course: Course, now: number): void {
    for (const policy of this.policies ?? []) policy.onResponse?.(response, course, now);
  }

  /** Whether the route is nothing but its fallback. */
  get static(): boolean {
    return this.pools.length === 0;
  }

  /** The tier that serves now. */
  get servingTier(): Tier | undefined {
    for (const pool of this.pools) {
      const tier = pool.tiers.find(({ available }) => available);
      if (tier !== undefined) return tier;
    }
    return undefined;
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

  /** The status that a fallback is sent with. */
  statusOfFallback(failing: number): number {
    return this.fallbackStatus ?? failing;
  }
}
