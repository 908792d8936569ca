import { isSafe } from '../http-words';
import { type Path, type Problem, problem } from '../problem';
import { isLoose, type Loose, type Rule, section, strings } from './loose';

const TARGETS = ['pool', 'tiers', 'split'];

/** Fallbacks and rehearsals that could never do anything where they stand. */
export const fallbacks: Rule = (description) =>
  section(description, 'routes').flatMap(({ node, path }) => [
    ...(isLoose(node.fallback) ? misplaced(node, node.fallback, [...path, 'fallback']) : []),
    ...(isLoose(node.rehearsal) ? rehearsal(description, node, [...path, 'rehearsal']) : []),
  ]);

function misplaced(route: Loose, fallback: Loose, path: Path): Problem[] {
  const nothingFails = TARGETS.every((key) => route[key] === undefined);
  const useless = (key: string, allowed: string) =>
    fallback[key] === undefined ? [] : [problem({ code: 'SPW3008', path: [...path, key], allowed })];
  return [
    ...(nothingFails ? useless('pool', 'only on a route with pool, tiers or split, whose failure it follows') : []),
    ...(nothingFails ? useless('stale', 'only on a route with pool, tiers or split, whose answers are kept') : []),
    ...(asks(route, (method) => method === 'GET') ? [] : useless('stale', 'only on a route that takes GET')),
    ...(fallback.redirect === undefined ? [] : useless('status', 'nothing beside redirect, which has its own')),
  ];
}

/** A rehearsal needs a tier behind the first, or a fallback; and requests that it may send there. */
function rehearsal(description: Loose, route: Loose, path: Path): Problem[] {
  const methods = strings(isLoose(route.rehearsal) ? route.rehearsal.methods : undefined);
  const rehearses = asks(route, (method) => isSafe(method) || methods.includes(method));
  if (!rehearses) {
    const fix = 'List the methods that may be rehearsed under "methods".';
    return [problem({ code: 'SPW5004', path, fix })];
  }
  const lines = tierLists(route);
  const some = route.fallback !== undefined || lines.some((tiers) => tierCount(description, tiers) > 1);
  return lines.length === 0 || some ? [] : [problem({ code: 'SPW5004', path, fix: 'Add a tier, or a fallback.' })];
}

function asks(route: Loose, wanted: (method: string) => boolean): boolean {
  return !Array.isArray(route.methods) || strings(route.methods).some(wanted);
}

/** The tiers of a route, or of each arm of its split. */
function tierLists({ pool, tiers, split }: Loose): string[][] {
  if (typeof pool === 'string') return [[pool]];
  if (Array.isArray(tiers)) return [strings(tiers)];
  const arms = isLoose(split) && Array.isArray(split.arms) ? split.arms.filter(isLoose) : [];
  return arms.map((arm) => strings(arm.tiers));
}

/** Priorities make tiers within a pool; of a service, its DNS records have them, and nobody knows how many. */
function tierCount(description: Loose, names: readonly string[]): number {
  const pools = isLoose(description.pools) ? description.pools : {};
  return names.reduce((count, name) => {
    const pool = pools[name];
    if (!isLoose(pool)) return count + 1;
    const { dns } = isLoose(pool.discover) ? pool.discover : {};
    if (typeof dns === 'string' && dns.startsWith('_')) return count + 2;
    const targets = Array.isArray(pool.targets) ? pool.targets.filter(isLoose) : [];
    return count + Math.max(1, new Set(targets.map(({ priority }) => priority ?? 0)).size);
  }, 0);
}
