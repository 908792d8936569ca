import { type Api, isIdempotent, type Pool, type Route } from '../../model';
import { type NamedRoute, orderedRoutes, routeTiers, type Tier } from '../../passes';

/** A tier as one route uses it. */
export interface TierPlan {
  readonly tier: Tier;
  readonly pool: Pool;
  /** Name of the section that tries its targets. */
  readonly section: string;
  /** Name of the section that probes them, for all that use the tier. */
  readonly prober: string;
  /** Where the section listens, if it stands behind another one. */
  readonly socket: string;
  /** Whether there is a lower tier. */
  readonly last: boolean;
}

/** A route, and where its requests can go. */
export interface RoutePlan extends NamedRoute {
  readonly tiers: readonly TierPlan[];
  /** Whether the route's own section stands before those of its tiers: to change tiers, or to answer in their place. */
  readonly chained: boolean;
  /** The socket of the route's nth step. */
  readonly stepSocket: (step: number) => string;
}

/** Plans every route, in the order in which they are tried. The first to use a tier probes it. */
export function planRoutes(api: Api): RoutePlan[] {
  const probers = new Map<string, string>();
  // Abstract sockets need no directory. Two instances on a machine cannot share a port, so they share no name either.
  const prefix = `abns@spillway-${Object.values(api.listeners)[0]?.port}`;
  return orderedRoutes(api).map(({ name, route }) => {
    const tiers = routeTiers(api, route);
    const chained = tiers.length > 1 || (tiers.length === 1 && route.fallback !== undefined);
    const plans = tiers.map((tier, index): TierPlan => {
      const section = chained ? `${name}.${tier.name.replace('/', '.')}` : name;
      const prober = probers.get(tier.name) ?? section;
      probers.set(tier.name, prober);
      return {
        tier,
        pool: api.pools[tier.pool] as Pool,
        section,
        prober,
        socket: `${prefix}-${name}-tier${index + 1}`,
        last: index === tiers.length - 1,
      };
    });
    return { name, route, tiers: plans, chained, stepSocket: (step) => `${prefix}-${name}-step${step}` };
  });
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'].filter(isIdempotent);

/** Methods that may be sent again; `undefined` where every method may. */
export function repeatableMethods({ retry }: Route): readonly string[] | undefined {
  return retry.nonIdempotent ? undefined : METHODS;
}

/** Whether what fails in a tier is tried again, on another target or in the next tier. */
export function repeats({ retry }: Route, { tier, last }: TierPlan): boolean {
  return retry.attempts > 1 && retry.on.length > 0 && (tier.members.length > 1 || !last);
}
