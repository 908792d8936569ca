import type { FallbackResponse } from './fallback-response';
import { Route } from './route';
import type { ScalableApi } from './scalable-api';
import type { ITargetPool } from './target-pool';
import type { RouteOptions } from './words.generated';

/** What a fallback route needs besides what every route may have. */
export interface FallbackRouteProps extends RouteOptions {
  /** The pools, in the order of failover. */
  readonly tiers: ITargetPool[];
  /** The answer when no tier can answer. */
  readonly fallback: FallbackResponse;
}

/**
 * A route that always answers: its tiers in turn, then its fallback.
 *
 * @example
 * declare const api: ScalableApi;
 * declare const live: TargetPool;
 * declare const standby: TargetPool;
 * new FallbackRoute(api, 'Catalogue', {
 *   path: '/catalogue/*',
 *   tiers: [live, standby],
 *   fallback: Fallback.json({ message: 'Back in a minute.' }),
 * });
 */
export class FallbackRoute extends Route {
  constructor(scope: ScalableApi, id: string, props: FallbackRouteProps) {
    super(scope, id, props);
  }
}
