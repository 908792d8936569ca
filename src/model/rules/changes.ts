import { type Path, type Problem, problem } from '../problem';
import { isLoose, type Loose, type Rule, section } from './loose';

/** A part that a route has. */
function part(route: Loose, key: string): Loose {
  const value = route[key];
  return isLoose(value) ? value : {};
}

/** Only what a final `/*` matched can be carried over, and only by a route that has one. */
export const carriedPaths: Rule = (description) =>
  section(description, 'routes').flatMap(({ node, path }) => {
    const own = node.path ?? '/*';
    if (typeof own !== 'string' || (own.endsWith('/*') && !own.startsWith('~'))) return [];
    return ['rewrite', 'redirect'].flatMap((key) => {
      const found = part(node, key).path;
      if (typeof found !== 'string' || !found.endsWith('/*')) return [];
      const allowed = 'a final /* only where the route’s own path ends in /*';
      return [problem({ code: 'SPW3008', path: [...path, key, 'path'], found, allowed })];
    });
  });

/** A redirect that names no other place leads to itself. */
export const redirectPlaces: Rule = (description) =>
  section(description, 'routes').flatMap(({ node, path }) => {
    const { redirect } = node;
    if (!isLoose(redirect) || redirect.host !== undefined || redirect.path !== undefined) return [];
    return [problem({ code: 'SPW2002', path: [...path, 'redirect', 'path'], allowed: 'path, host, or both' })];
  });

/** What stands for everything does not for requests with credentials (the Fetch standard, section 3.3.5). */
export const credentials: Rule = (description) =>
  section(description, 'routes').flatMap(({ node, path }) => {
    const cors = part(node, 'cors');
    if (cors.credentials !== true) return [];
    return ['origins', 'methods', 'headers'].flatMap((key) => everything(cors[key], [...path, 'cors', key]));
  });

function everything(list: unknown, path: Path): Problem[] {
  const at = Array.isArray(list) ? list.indexOf('*') : -1;
  if (at < 0) return [];
  return [problem({ code: 'SPW3008', path: [...path, at], found: '*', allowed: 'no "*" with credentials: true' })];
}
