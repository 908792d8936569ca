import { type Api, type Host, isRef, type Pool, type Route, splitAddress } from '../model';

/** A target with its host and port apart. */
export interface Member {
  /** Stable within its pool: its position in the description. */
  readonly index: number;
  readonly host: Host;
  readonly port: number;
  readonly weight: number;
  /** Whether it takes no new requests. */
  readonly drain: boolean;
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
  const members = [...(pool.targets ?? []).entries()]
    .filter(([, { weight }]) => weight > 0)
    .map(([index, target]) => ({
      priority: target.priority,
      member: { index, ...hostAndPort(target), weight: target.weight, drain: target.drain },
    }));
  return byPriority(name, members).map((tier) => ({ ...tier, pool: name }));
}

/** Members of a pool grouped by priority, highest first, each group with the name of its tier. */
export function byPriority<Member>(
  pool: string,
  members: readonly { readonly priority: number; readonly member: Member }[],
): { name: string; priority: number; members: Member[] }[] {
  const groups = new Map<number, Member[]>();
  for (const { priority, member } of members) {
    const group = groups.get(priority);
    if (group === undefined) groups.set(priority, [member]);
    else group.push(member);
  }
  return [...groups]
    .sort(([a], [b]) => b - a)
    .map(([priority, group]) => ({
      name: priority === 0 ? pool : `${pool}/${priority}`,
      priority,
      members: group,
    }));
}

/** The pools of a route in the order of failover: `pool` is short for one. */
export function poolsOf(route: Route): readonly string[] {
  return route.tiers ?? (route.pool === undefined ? [] : [route.pool]);
}

/** Every pool that a route names, also in the arms of a split, for its mirror and for its fallback. */
export function namedPools(route: Route): readonly string[] {
  const arms = route.split?.arms.flatMap(({ tiers }) => tiers) ?? [];
  const others = [route.mirror?.pool, route.fallback?.pool].filter((name) => name !== undefined);
  return [...poolsOf(route), ...arms, ...others];
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
