import { type Api, isRef, joinAddress } from '../model';
import { listenersOf, orderedRoutes, poolTiers, routeTiers } from '../passes';
import type { WantedName } from './names';
import { ServedRoute } from './proxy';
import { Router } from './routing';
import { type Registry, RouteMetrics, TargetMetrics } from './telemetry';
import { Target, Tier } from './upstream';

/** An API made ready to be served. */
export class Configuration {
  readonly targets: readonly Target[];
  readonly routes: readonly ServedRoute[];
  private readonly byKey: ReadonlyMap<string, Target>;
  private readonly routers: ReadonlyMap<string, Router<ServedRoute>>;

  /**
   * @param before - whose targets' health and connections are taken on
   * @param share - of the instance's limits, where several processes serve it: a part of 1
   */
  constructor(
    readonly api: Api,
    registry: Registry,
    now: number,
    before?: Configuration,
    share = 1,
  ) {
    const tiers = new Map(Object.keys(api.pools).flatMap((pool) => tiersOf(api, pool, registry, before)));
    this.targets = [...tiers.values()].flatMap((tier) => tier.targets);
    this.byKey = new Map(this.targets.map((target) => [target.key, target]));
    const ordered = orderedRoutes(api);
    const served = new Map(
      ordered.map((named) => {
        const own = routeTiers(api, named.route).map(({ name }) => tiers.get(name) as Tier);
        return [named.name, new ServedRoute(named, own, new RouteMetrics(registry, api.name, named.name), now, share)];
      }),
    );
    this.routes = [...served.values()];
    this.routers = new Map(
      Object.keys(api.listeners).map((listener) => {
        const routes = ordered.filter(({ route }) => listenersOf(api, route).includes(listener));
        return [listener, new Router(routes, ({ name }) => served.get(name) as ServedRoute)];
      }),
    );
  }

  routerOf(listener: string): Router<ServedRoute> {
    return this.routers.get(listener) as Router<ServedRoute>;
  }

  /** The targets that another configuration has no more. */
  without(other: Configuration): Target[] {
    return this.targets.filter(({ key }) => !other.byKey.has(key));
  }

  /** The target that stands for the same member here. */
  sameAs({ key }: Target): Target | undefined {
    return this.byKey.get(key);
  }

  /** What must be resolved. */
  get names(): readonly WantedName[] {
    return this.targets.map(({ host }) => ({ name: host, kind: 'host' }));
  }
}

function tiersOf(api: Api, pool: string, registry: Registry, before: Configuration | undefined): [string, Tier][] {
  return poolTiers(pool, api.pools[pool]).map(({ name, members }) => {
    const targets = members.map(({ host, port, weight }) => {
      if (isRef(host)) throw new Error(`the address of a target in pool ${pool} is not known yet`);
      const metrics = new TargetMetrics(registry, api.name, pool, name, joinAddress(host, port));
      const target = new Target(pool, name, host, port, metrics);
      const same = before?.sameAs(target);
      if (same !== undefined) target.takeOn(same);
      return { target, weight };
    });
    return [name, new Tier(name, targets)];
  });
}
