import { type Api, type Host, isRef, type Pool, type Route, splitAddress } from '../model';

/** A target with its host and port apart. */
export interface Member {
  /** Stable within its pool: its position in the description. */
  readonly index: number;
  readonly host: Host;
  readonly port: number;
  readonly weight: number;
}

/** One level of failover: the targets of a pool that share a priority. */
export interface Tier {
  /** `web`, or `web/-1` for the targets of priority -1. */
  readonly name: string;
  readonly pool: string;
  readonly priority: number;
  readonly members: readonly Member[];
}

/** The tiers of a pool, highest priority first. Targets of weight 0 get no traffic and are left out. */
export function poolTiers(name: string, pool: Pool): Tier[] {
  const byPriority = new Map<number, Member[]>();
  for (const [index, target] of (pool.targets ?? []).entries()) {
    if (target.weight === 0) continue;
    const members = byPriority.get(target.priority) ?? [];
    members.push({ index, ...hostAndPort(target), weight: target.weight });
    byPriority.set(target.priority, members);
  }
  return [...byPriority]
    .sort(([a], [b]) => b - a)
    .map(([priority, members]) => ({
      name: priority === 0 ? name : `${name}/${priority}`,
      pool: name,
      priority,
      members,
    }));
}

/** The pools of a route in the order of failover: `pool` is short for one. */
export function poolsOf(route: Route): readonly string[] {
  return route.tiers ?? (route.pool === undefined ? [] : [route.pool]);
}

/** The tiers of a route, flattened: the order of its pools, and inside each its targets by descending priority. */
export function routeTiers(api: Api, route: Route): Tier[] {
  return poolsOf(route).flatMap((name) => poolTiers(name, api.pools[name] as Pool));
}

function hostAndPort(target: { address: Host; port?: number | undefined }): { host: Host; port: number } {
  if (isRef(target.address)) return { host: target.address, port: target.port as number };
  const parts = splitAddress(target.address);
  return { host: parts?.host as string, port: (target.port ?? parts?.port) as number };
}
