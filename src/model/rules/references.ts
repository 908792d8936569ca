import type { ProblemCode } from '../catalogue';
import { type Path, type Problem, problem } from '../problem';
import { didYouMean } from '../scalars';
import { isLoose, type Loose, type Rule, section, strings } from './loose';

/** Every name that stands for a pool, a listener or a route has one. */
export const references: Rule = (description) => {
  const known = (key: string) => Object.keys(isLoose(description[key]) ? description[key] : {});
  const check = (code: ProblemCode, section: string) => (found: unknown, path: Path) => {
    const names = known(section);
    if (typeof found !== 'string' || names.includes(found)) return [];
    return [
      problem({ code, path, found, allowed: names.join(', ') || 'none is described', fix: didYouMean(found, names) }),
    ];
  };
  const pool = check('SPW3001', 'pools');
  const listener = check('SPW3002', 'listeners');
  const route = check('SPW3003', 'routes');
  const each = (value: unknown, path: Path, one: typeof pool) =>
    strings(value).flatMap((item, index) => one(item, [...path, index]));
  return [
    ...section(description, 'listeners').flatMap(({ node, path }) => [
      ...listener(node.redirectTo, [...path, 'redirectTo']),
      ...each(node.tiers, [...path, 'tiers'], pool),
    ]),
    ...section(description, 'routes').flatMap(({ node, path }) => [
      ...each(node.listeners, [...path, 'listeners'], listener),
      ...pool(node.pool, [...path, 'pool']),
      ...each(node.tiers, [...path, 'tiers'], pool),
      ...pool(isLoose(node.mirror) ? node.mirror.pool : undefined, [...path, 'mirror', 'pool']),
      ...pool(isLoose(node.fallback) ? node.fallback.pool : undefined, [...path, 'fallback', 'pool']),
      ...arms(node).flatMap(({ tiers, at }) => each(tiers, [...path, ...at], pool)),
    ]),
    ...objectives(description).flatMap((item, index) =>
      route(item.route, ['monitoring', 'objectives', index, 'route']),
    ),
  ];
};

function arms(route: Loose): { tiers: unknown; at: Path }[] {
  const list = isLoose(route.split) && Array.isArray(route.split.arms) ? route.split.arms : [];
  return list.flatMap((arm, index) =>
    isLoose(arm) ? [{ tiers: arm.tiers, at: ['split', 'arms', index, 'tiers'] }] : [],
  );
}

function objectives(description: Loose): Loose[] {
  const list = isLoose(description.monitoring) ? description.monitoring.objectives : [];
  return Array.isArray(list) ? list.filter(isLoose) : [];
}

/** A pool that no route, listener, arm or mirror names is probed for nothing. */
export const unusedPools: Rule = (description) => {
  const used = new Set<unknown>([
    ...section(description, 'listeners').flatMap(({ node }) => strings(node.tiers)),
    ...section(description, 'routes').flatMap(({ node }) => [
      node.pool,
      ...strings(node.tiers),
      ...arms(node).flatMap(({ tiers }) => strings(tiers)),
      isLoose(node.mirror) ? node.mirror.pool : undefined,
      isLoose(node.fallback) ? node.fallback.pool : undefined,
    ]),
  ]);
  const unused = section(description, 'pools').filter(({ name }) => !used.has(name));
  return unused.map(({ path }): Problem => problem({ code: 'SPW5002', path }));
};
