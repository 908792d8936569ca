import { type Path, type Problem, problem } from '../problem';
import { isLoose, type Loose, type Rule, section } from './loose';

/**
 * A dead target answers nothing at all (502) and a silent one runs into a timeout (504): what answers in place of 503
 * alone misses the outage that it was written for.
 */
export const missedOutages: Rule = (description) =>
  section(description, 'routes').flatMap(({ node, path }) => [
    ...(isLoose(node.fallback) ? byFallback(node.fallback, [...path, 'fallback']) : []),
    ...(Array.isArray(node.responseRewrite) && !answersAll(node.fallback)
      ? byRewrites(node.responseRewrite, [...path, 'responseRewrite'])
      : []),
  ]);

function byFallback({ on }: Loose, path: Path): Problem[] {
  if (!Array.isArray(on) || !on.includes(503) || coversAll(on)) return [];
  return [problem({ code: 'SPW5001', path: [...path, 'on'], found: on, fix: 'Add "unavailable" to the list.' })];
}

function answersAll(fallback: unknown): boolean {
  return isLoose(fallback) && (Array.isArray(fallback.on) ? coversAll(fallback.on) : true);
}

function coversAll(on: readonly unknown[]): boolean {
  return on.includes('unavailable') || (on.includes(502) && (on.includes(504) || on.includes('timeout')));
}

/** A rewrite that puts a body in the place of a 503, and no other one in the places of the rest. */
function byRewrites(rewrites: readonly unknown[], path: Path): Problem[] {
  const replaced = rewrites.map((rewrite) =>
    isLoose(rewrite) && (rewrite.json !== undefined || rewrite.text !== undefined) ? statusOf(rewrite.when) : undefined,
  );
  const at = replaced.indexOf(503);
  if (at < 0 || (replaced.includes(502) && replaced.includes(504))) return [];
  const fix = 'A fallback with on: [unavailable] answers for dead targets as well.';
  return [problem({ code: 'SPW5001', path: [...path, at, 'when'], found: (rewrites[at] as Loose).when, fix })];
}

/** The one status under which a rewrite is done; `undefined` where it is another condition, or several. */
function statusOf(when: unknown): unknown {
  const [condition, ...more] = Array.isArray(when) ? when : [];
  if (!Array.isArray(condition) || more.length > 0 || condition.length !== 3) return undefined;
  const [name, operator, status] = condition;
  return name === 'status' && operator === '==' ? Number(status) : undefined;
}
