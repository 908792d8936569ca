import { type Api, type PathPattern, type Route, readPathPattern } from '../model';

/** A route with its name. */
export interface NamedRoute {
  readonly name: string;
  readonly route: Route;
}

/**
 * The routes in the order in which they are tried: by priority; then host (exact before wildcard before any); then path
 * (exact, longest prefix, expression); then those that ask for more (methods, headers, query); then by name.
 */
export function orderedRoutes(api: Api): NamedRoute[] {
  return Object.entries(api.routes)
    .map(([name, route]) => ({ name, route, rank: rank(route) }))
    .sort((a, b) => compare(a.rank, b.rank) || (a.name < b.name ? -1 : 1))
    .map(({ name, route }) => ({ name, route }));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (b[i] as number) - (a[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(route: Route): number[] {
  const conditions = route.headers.length + route.query.length;
  return [
    route.priority,
    hostRank(route.hosts),
    ...pathRank(readPathPattern(route.path)),
    route.methods ? 1 : 0,
    conditions,
  ];
}

/** A route with several hosts counts as its least specific one. */
function hostRank(hosts: readonly string[] | undefined): number {
  if (hosts === undefined) return 0;
  return hosts.some((host) => host.startsWith('*.')) ? 1 : 2;
}

function pathRank(pattern: PathPattern): [number, number] {
  if (pattern.kind === 'exact') return [2, pattern.path.length];
  if (pattern.kind === 'prefix') return [1, pattern.prefix.length];
  return [0, 0];
}

/** The listeners that a route applies to: those it names, else every http and https listener that does not redirect. */
export function listenersOf(api: Api, route: Route): string[] {
  if (route.listeners) return [...route.listeners];
  return Object.entries(api.listeners)
    .filter(([, listener]) => listener.protocol !== 'tcp' && listener.redirectTo === undefined)
    .map(([name]) => name);
}
