import type { Api } from '../model';
import { listenersOf, type NamedRoute, namedPools, orderedRoutes, poolsOf } from '../passes';
import { METRICS } from '../signals';
import type { Stores } from './certificates';
import type { RuntimeEvent } from './event';
import type { FilesOfRoutes } from './fallback-files';
import { FallbackSource } from './fallbacks';
import type { Bounds } from './limits';
import { memberTiers } from './members';
import type { Names, WantedName } from './names';
import { Pieces } from './pieces';
import { ServedRoute } from './proxy';
import { policiesOf } from './route-policies';
import { Router } from './routing';
import { sameData } from './same-data';
import { FallbackMetrics, type Registry, RouteMetrics, TargetMetrics } from './telemetry';
import type { TargetStore } from './tls';
import { type MemberChange, Pool, sharingOf, type Target, wireOf } from './upstream';

/** What a configuration is made of. */
export interface ConfigurationParts {
  readonly api: Api;
  /** What {@link namesOf} says of it; they should have been learnt. */
  readonly wanted: readonly WantedName[];
  readonly registry: Registry;
  /** Where names lead. */
  readonly names: Names;
  /** Whose targets' health and connections are taken on. */
  readonly before?: Configuration;
  /** Of the instance's limits, where several processes serve it: a part of 1. */
  readonly share?: number;
  /** How TLS to the targets of pools is done. */
  readonly stores?: Stores['pools'];
  /** What fallbacks name. */
  readonly files?: FilesOfRoutes;
  /** The clock of the timers. */
  readonly clock: () => number;
  readonly tell?: (event: RuntimeEvent) => void;
  /** What bounds its requests; left out: it serves none. */
  readonly bounds?: Bounds;
}

/** An API made ready to be served. */
export class Configuration {
  /** What routes answer with when no target can, by their names. */
  readonly fallbacks = new Map<string, FallbackSource>();
  private readonly pools = new Map<string, Pool>();
  /** In the order in which they are tried. */
  private readonly served = new Map<string, ServedRoute>();
  private readonly routers = new Map<string, Router<ServedRoute>>();

  private constructor(
    readonly api: Api,
    /** The names that must be resolved for it. */
    readonly wanted: readonly WantedName[],
    private readonly registry: Registry,
    private readonly names: Names,
    private readonly bounds: Bounds | undefined,
  ) {}

  /** Makes one piece by piece: of a large API, all at once would hold up the requests of the one before. */
  static async make(parts: ConfigurationParts): Promise<Configuration> {
    const { api, wanted, registry, names, stores, bounds } = parts;
    const before = parts.before?.api.name === api.name ? parts.before : undefined;
    const made = new Configuration(api, wanted, registry, names, bounds);
    const pieces = new Pieces();
    for (const name of Object.keys(api.pools)) {
      made.pools.set(name, before?.poolAs(api, name) ?? made.poolOf(name, before, stores?.get(name)));
      await pieces.next();
    }
    const ordered = orderedRoutes(api);
    for (const named of ordered) {
      made.serve(named, parts, before);
      await pieces.next();
    }
    for (const listener of Object.keys(api.listeners)) {
      const routes = ordered.filter(({ route }) => listenersOf(api, route).includes(listener));
      made.routers.set(listener, new Router(routes, ({ name }) => made.served.get(name) as ServedRoute));
      await pieces.next();
    }
    return made;
  }

  get routes(): Iterable<ServedRoute> {
    return this.served.values();
  }

  /** Those that there are now. */
  get targets(): readonly Target[] {
    return [...this.pools.values()].flatMap(({ targets }) => targets);
  }

  routerOf(listener: string): Router<ServedRoute> {
    return this.routers.get(listener) as Router<ServedRoute>;
  }

  /** The target that stands for the same member here. */
  sameAs(target: Pick<Target, 'key' | 'pool'>): Target | undefined {
    return this.pools.get(target.pool)?.sameAs(target);
  }

  /** Whether every route that may use a target has another one that is available. */
  spares(target: Pick<Target, 'key' | 'pool'>): boolean {
    const same = this.sameAs(target);
    const users = Object.values(this.api.routes).flatMap((route) => [
      poolsOf(route),
      ...(route.split?.arms.map(({ tiers }) => tiers) ?? []),
    ]);
    const groups = users.filter((pools) => pools.includes(target.pool));
    // A pool that no route has as its own stands for itself.
    if (groups.length === 0) groups.push([target.pool]);
    const others = (name: string) => this.pools.get(name)?.targets.some((other) => other !== same && other.available);
    return groups.every((pools) => pools.some(others));
  }

  /** Is served from now on, in place of another; takes in what names have come to be known since it was made. */
  takeOver(before: Configuration | undefined): void {
    this.bounds?.rates.serve(this.api.routes);
    for (const pool of this.pools.values()) {
      if (this.api.pools[pool.name].discover !== undefined) this.update(pool, before);
      this.noteMembers(pool);
    }
    for (const target of before?.targets ?? []) {
      const same = this.sameAs(target);
      if (same === target) continue;
      if (same === undefined) target.retire();
      else if (same.idle !== target.idle) target.retireConnections();
    }
    for (const [route, fallback] of before?.fallbacks ?? []) {
      const next = this.fallbacks.get(route);
      if (next !== fallback && next?.keepsOf(fallback) !== true) fallback.retire();
    }
    this.bounds?.gates.sweep();
    for (const name of before?.pools.keys() ?? []) {
      if (!this.pools.has(name)) this.registry.forget(METRICS.poolMembers, this.api.name, name);
    }
  }

  /** A name leads elsewhere: brings the pools that are discovered by it up to date. @returns what has changed, by pool */
  rediscover(name: string): Map<string, MemberChange> {
    const changes = new Map<string, MemberChange>();
    for (const pool of this.pools.values()) {
      const { discover } = this.api.pools[pool.name];
      if (discover === undefined) continue;
      const { dns } = discover;
      if (dns !== name && !this.names.servicesOf(dns).some(({ host }) => host === name)) continue;
      const change = this.update(pool);
      this.noteMembers(pool);
      if (change.joined.length + change.left.length > 0) changes.set(pool.name, change);
    }
    return changes;
  }

  /** The pool that serves here, where another API describes it alike: it goes on as it is, with its targets. */
  private poolAs(api: Api, name: string): Pool | undefined {
    const described = api.pools[name];
    // What DNS or files say besides may have changed.
    if (described.discover !== undefined || described.protocol !== 'http') return undefined;
    return sameData(described, this.api.pools[name]) ? this.pools.get(name) : undefined;
  }

  /** The route that serves here, where another configuration describes it alike, and has its pools from here. */
  private routeAs({ name, route }: NamedRoute, next: Configuration): ServedRoute | undefined {
    const same = namedPools(route).every((pool) => next.pools.get(pool) === this.pools.get(pool));
    return same && sameData(route, this.api.routes[name]) ? this.served.get(name) : undefined;
  }

  /** Serves a route: as it was served before where nothing of it has changed. */
  private serve(named: NamedRoute, parts: ConfigurationParts, before: Configuration | undefined): void {
    const { name } = named;
    const earlier = before?.fallbacks.get(name);
    const same = before?.routeAs(named, this);
    const fallback = same === undefined ? this.fallbackOf(named, parts, earlier) : earlier;
    if (fallback !== undefined) this.fallbacks.set(name, fallback);
    this.served.set(name, same ?? this.routeOf(named, parts, fallback, before?.served.get(name)));
  }

  private fallbackOf(
    { name, route }: NamedRoute,
    { api, files, registry }: ConfigurationParts,
    earlier: FallbackSource | undefined,
  ): FallbackSource | undefined {
    const { fallback } = route;
    if (fallback === undefined) return undefined;
    const source = new FallbackSource(fallback, {
      files: files?.get(name) ?? new Map(),
      pool: fallback.pool === undefined ? undefined : this.pools.get(fallback.pool),
      metrics: new FallbackMetrics(registry, api.name, name),
    });
    if (earlier !== undefined) source.takeOn(earlier);
    return source;
  }

  private routeOf(
    named: NamedRoute,
    { api, registry, share, clock, tell = () => {} }: ConfigurationParts,
    fallback: FallbackSource | undefined,
    earlier: ServedRoute | undefined,
  ): ServedRoute {
    const { pools, bounds } = this;
    const parts = { registry, api: api.name, pools, fallback, bounds, clock, tell, earlier: earlier?.policies ?? [] };
    return new ServedRoute(named, {
      pools: poolsOf(named.route).map((name) => pools.get(name) as Pool),
      metrics: new RouteMetrics(registry, api.name, named.name),
      policies: policiesOf(named, parts),
      fallback,
      now: clock(),
      share,
    });
  }

  private poolOf(name: string, before: Configuration | undefined, store: TargetStore | undefined): Pool {
    const { api, registry } = this;
    const described = api.pools[name];
    const metricsOf = metricsIn(registry, api.name, name);
    const pool = new Pool(name, metricsOf, wireOf(described, store), sharingOf(described));
    this.update(pool, before);
    return pool;
  }

  private update(pool: Pool, before?: Configuration): MemberChange {
    const change = pool.update(memberTiers(pool.name, this.api.pools[pool.name], this.names));
    for (const target of change.joined) {
      const same = before?.sameAs(target);
      if (same !== undefined) target.takeOn(same);
    }
    return change;
  }

  private noteMembers({ name, targets, tiers }: Pool): void {
    this.bounds?.gates.fit(tiers, this.api.pools[name].limits);
    this.registry.cell(METRICS.poolMembers, this.api.name, name).value = targets.length;
  }
}

/** Apart, because a pool outlives the description that it comes from, and is not to hold it. */
function metricsIn(registry: Registry, api: string, pool: string) {
  return (tier: string, target: string) => new TargetMetrics(registry, api, pool, tier, target);
}
