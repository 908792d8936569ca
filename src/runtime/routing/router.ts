import { RE2JS } from 're2js';
import { readPathPattern } from '../../model';
import type { NamedRoute } from '../../passes';
import { RouteCondition, type RoutedRequest } from './condition';

/** A route with its place in the order in which routes are tried. */
interface Candidate<Value> {
  readonly order: number;
  readonly condition: RouteCondition;
  readonly value: Value;
}

/** Not a closure over the request, which would be made anew for each. */
type Test = (condition: RouteCondition, request: RoutedRequest) => boolean;

const accepts: Test = (condition, request) => condition.accepts(request);

/**
 * Finds the route of a request: the same as trying all in order, without trying all. Paths are looked up; only the
 * routes that share a path are tried, and expressions that could still come first.
 */
export class Router<Value> {
  private readonly exact = new Map<string, Candidate<Value>[]>();
  private readonly prefixes = new Map<string, Candidate<Value>[]>();
  private readonly prefixLengths: readonly number[];
  private readonly expressions: { readonly expression: RE2JS; readonly candidate: Candidate<Value> }[] = [];

  /** @param routes - in the order in which they are tried */
  constructor(routes: readonly NamedRoute[], served: (route: NamedRoute) => Value) {
    for (const [order, named] of routes.entries()) {
      const candidate = { order, condition: new RouteCondition(named.route), value: served(named) };
      const pattern = readPathPattern(named.route.path);
      if (pattern.kind === 'exact') add(this.exact, pattern.path, candidate);
      else if (pattern.kind === 'prefix') add(this.prefixes, pattern.prefix, candidate);
      else this.expressions.push({ expression: RE2JS.compile(pattern.source), candidate });
    }
    this.prefixLengths = [...new Set([...this.prefixes.keys()].map(({ length }) => length))];
  }

  /** What the first route that takes the request stands for. */
  find(request: RoutedRequest): Value | undefined {
    return this.first(request, accepts)?.value;
  }

  /** The methods that would have found a route; none where the rest does not fit either. */
  allowedMethods(request: RoutedRequest): string[] {
    const allowed = new Set<string>();
    this.first(request, (condition) => {
      if (condition.acceptsButMethod(request)) for (const method of condition.methods ?? []) allowed.add(method);
      return false;
    });
    return [...allowed].sort();
  }

  private first(request: RoutedRequest, test: Test): Candidate<Value> | undefined {
    const { path } = request;
    let best = earlier(this.exact.get(path), undefined, request, test);
    for (const length of this.prefixLengths) {
      if (length > path.length || path.charCodeAt(length - 1) !== 0x2f) continue;
      best = earlier(this.prefixes.get(path.slice(0, length)), best, request, test);
    }
    for (const { expression, candidate } of this.expressions) {
      if (best !== undefined && best.order < candidate.order) break;
      if (expression.matcher(path).find()) best = earlier([candidate], best, request, test);
    }
    return best;
  }
}

function add<Value>(lists: Map<string, Candidate<Value>[]>, key: string, candidate: Candidate<Value>): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [candidate]);
  else list.push(candidate);
}

/** The first of a list that is accepted, unless `best` comes before it. */
function earlier<Value>(
  list: readonly Candidate<Value>[] | undefined,
  best: Candidate<Value> | undefined,
  request: RoutedRequest,
  test: Test,
): Candidate<Value> | undefined {
  if (list === undefined) return best;
  for (const candidate of list) {
    if (best !== undefined && best.order < candidate.order) return best;
    if (test(candidate.condition, request)) return candidate;
  }
  return best;
}
