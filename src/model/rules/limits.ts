import { type Path, type Problem, problem } from '../problem';
import { CLIENT_KEYS, isClientKey } from './client-key';
import { isLoose, type Loose, type Rule, section } from './loose';

function limits(description: Loose): { node: Loose; path: Path }[] {
  return section(description, 'pools').flatMap(({ node, path }) =>
    isLoose(node.limits) ? [{ node: node.limits, path: [...path, 'limits'] }] : [],
  );
}

/** A limit that adapts begins within its bounds. */
export const adaptiveBounds: Rule = (description) =>
  limits(description).flatMap(({ node, path }): Problem[] => {
    const { min, initial, max } = isLoose(node.adaptive) ? node.adaptive : {};
    const at = [...path, 'adaptive'];
    const beyond = (key: string, found: unknown, bound: string, least: unknown) =>
      typeof found === 'number' && typeof least === 'number' && found < least
        ? [problem({ code: 'SPW3008', path: [...at, key], found, allowed: `at least ${bound}, ${least}` })]
        : [];
    const problems = [...beyond('initial', initial, 'min', min), ...beyond('max', max, 'initial', initial)];
    return problems.length > 0 ? problems : beyond('max', max, 'min', min);
  });

/** Nobody waits where there is no limit. */
export const queues: Rule = (description) =>
  limits(description).flatMap(({ node, path }) => {
    if (node.concurrency !== undefined || node.adaptive !== undefined) return [];
    return ['queue', 'queueTimeout']
      .filter((key) => node[key] !== undefined)
      .map((key) =>
        problem({
          code: 'SPW3008',
          path: [...path, key],
          found: node[key],
          allowed: 'only with concurrency or adaptive',
        }),
      );
  });

/** What the key of a rate limit looks like. */
export const rateLimitKeys: Rule = (description) =>
  section(description, 'routes').flatMap(({ node, path }) => {
    const found = isLoose(node.rateLimit) ? node.rateLimit.key : undefined;
    if (typeof found !== 'string' || isClientKey(found)) return [];
    return [problem({ code: 'SPW2007', path: [...path, 'rateLimit', 'key'], found, allowed: CLIENT_KEYS })];
  });
