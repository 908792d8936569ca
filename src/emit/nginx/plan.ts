import { type Api, isIdempotent, type Pool, type Route } from '../../model';
import { type NamedRoute, orderedRoutes, routeTiers, type Tier } from '../../passes';

/** A tier as one route uses it. */
export interface TierPlan {
  readonly tier: Tier;
  readonly pool: Pool;
  /** Name of the `upstream` block. */
  readonly upstream: string;
  /** Name of the location that tries its targets. */
  readonly location: string;
  /** Name of the location of the next tier. */
  readonly next: string | undefined;
}

/** A route, and where its requests can go. */
export interface RoutePlan extends NamedRoute {
  readonly tiers: readonly TierPlan[];
}

/** Plans every route, in the order in which they are tried. */
export function planRoutes(api: Api): RoutePlan[] {
  const upstreams = new Map<string, string>();
  return orderedRoutes(api).map(({ name, route }) => {
    const tiers = routeTiers(api, route);
    const location = (index: number) => (index === 0 ? `@${name}` : `@${name}.${index + 1}`);
    return {
      name,
      route,
      tiers: tiers.map((tier, index) => ({
        tier,
        pool: api.pools[tier.pool] as Pool,
        upstream: upstreamName(tier, upstreams),
        location: location(index),
        next: index + 1 < tiers.length ? location(index + 1) : undefined,
      })),
    };
  });
}

/** Nginx does not tell capitals from small letters here; the names of pools do. */
function upstreamName(tier: Tier, known: Map<string, string>): string {
  const found = known.get(tier.name);
  if (found !== undefined) return found;
  const taken = new Set([...known.values()].map((name) => name.toLowerCase()));
  let name = tier.name.replace('/', '.');
  while (taken.has(name.toLowerCase())) name += '+';
  known.set(tier.name, name);
  return name;
}

/** Whether what fails is tried again, on another target or in the next tier. */
export function repeats({ retry }: Route): boolean {
  return retry.attempts > 1 && retry.on.length > 0;
}

/** Methods that may be sent again after a target has seen them. */
export const REPEATABLE = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'].filter(isIdempotent);
