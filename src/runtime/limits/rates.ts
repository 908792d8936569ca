import type { Api, Route } from '../../model';
import { type Limits, limitKey } from './limits';
import type { Rate, RateLimit } from './rate';

type Described = NonNullable<Route['rateLimit']>;

/** A rate limit as it is described, in the words of token buckets. */
export function rateOf({ requests, per, burst }: Pick<Described, 'requests' | 'per' | 'burst'>): Rate {
  return { perSecond: (requests * 1000) / per, burst: burst ?? requests };
}

/** The rate limits of all routes that are served, by the names of the routes. Their buckets go on over reloads. */
export class Rates {
  private byRoute: ReadonlyMap<string, RateLimit> = new Map();

  constructor(private readonly limits: Limits) {}

  /** `undefined` where the route is not served, or has none. */
  of(route: string): RateLimit | undefined {
    return this.byRoute.get(route);
  }

  /** The routes of an API are served from now on. */
  serve(routes: Api['routes']): void {
    this.byRoute = new Map(
      Object.entries(routes).flatMap(([name, { rateLimit }]) =>
        rateLimit === undefined ? [] : [[name, this.limits.rate(limitKey('route', name), rateOf(rateLimit))]],
      ),
    );
  }
}
