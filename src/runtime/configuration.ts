import type { Api } from '../model';
import { listenersOf, orderedRoutes, poolsOf } from '../passes';
import { METRICS } from '../signals';
import type { Stores } from './certificates';
import { memberTiers } from './members';
import type { Names } from './names';
import { ServedRoute } from './proxy';
import { Router } from './routing';
import { type Registry, RouteMetrics, TargetMetrics } from './telemetry';
import type { TargetStore } from './tls';
import { type MemberChange, Pool, type Target, wireOf } from './upstream';

/** An API made ready to be served. */
export class Configuration {
  readonly routes: readonly ServedRoute[];
  private readonly pools: ReadonlyMap<string, Pool>;
  private readonly routers: ReadonlyMap<string, Router<ServedRoute>>;

  /**
   * @param names - where names lead; they should have been learnt
   * @param before - whose targets' health and connections are taken on
   * @param share - of the instance's limits, where several processes serve it: a part of 1
   * @param stores - how TLS to the targets of pools is done
   */
  constructor(
    readonly api: Api,
    private readonly registry: Registry,
    private readonly names: Names,
    now: number,
    before?: Configuration,
    share = 1,
    stores: Stores['pools'] = new Map(),
  ) {
    this.pools = new Map(Object.keys(api.pools).map((name) => [name, this.poolOf(name, before, stores.get(name))]));
    const ordered = orderedRoutes(api);
    const served = new Map(
      ordered.map((named) => {
        const own = poolsOf(named.route).map((name) => this.pools.get(name) as Pool);
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

  /** Is served from now on, in place of another; takes in what names have come to be known since it was made. */
  takeOver(before: Configuration | undefined): void {
    for (const pool of this.pools.values()) {
      if (this.api.pools[pool.name].discover !== undefined) this.update(pool, before);
      this.noteMembers(pool);
    }
    for (const target of before?.targets ?? []) {
      const same = this.sameAs(target);
      if (same === undefined) target.retire();
      else if (same.idle !== target.idle) target.retireConnections();
    }
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

  private poolOf(name: string, before: Configuration | undefined, store: TargetStore | undefined): Pool {
    const { api, registry } = this;
    const metricsOf = (tier: string, target: string) => new TargetMetrics(registry, api.name, name, tier, target);
    const pool = new Pool(name, metricsOf, wireOf(api.pools[name], store));
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

  private noteMembers({ name, targets }: Pool): void {
    this.registry.cell(METRICS.poolMembers, this.api.name, name).value = targets.length;
  }
}
