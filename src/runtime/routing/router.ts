import { RE2JS } from 're2js';
import { readPathPattern } from '../../model';
import type { NamedRoute } from '../../passes';
import { type Candidate, Candidates, type Test } from './candidates';
import { RouteCondition, type RoutedRequest } from './condition';

const accepts: Test = (condition, request) => condition.accepts(request);

/** An expression that is searched in paths, and its route. */
interface Searched<Value> {
  readonly expression: RE2JS;
  readonly order: number;
  readonly routes: Candidates<Value>;
}

/**
 * Finds the route of a request: the same as trying all in order, without trying all. Paths and hosts are looked up; only
 * the routes that share both are tried, and expressions that could still come first.
 */
export class Router<Value> {
  private readonly exact = new Map<string, Candidates<Value>>();
  private readonly prefixes = new Map<string, Candidates<Value>>();
  private readonly prefixLengths: readonly number[];
  private readonly expressions: Searched<Value>[] = [];

  /** @param routes - in the order in which they are tried */
  constructor(routes: readonly NamedRoute[], served: (route: NamedRoute) => Value) {
    for (const [order, named] of routes.entries()) {
      const candidate = { order, condition: new RouteCondition(named.route), value: served(named) };
      const pattern = readPathPattern(named.route.path);
      if (pattern.kind === 'exact') at(this.exact, pattern.path).add(candidate);
      else if (pattern.kind === 'prefix') at(this.prefixes, pattern.prefix).add(candidate);
      else {
        const searched = { expression: RE2JS.compile(pattern.source), order, routes: new Candidates<Value>() };
        searched.routes.add(candidate);
        this.expressions.push(searched);
      }
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
    let best = this.exact.get(path)?.first(undefined, request, test);
    // Not by the slashes of the path, of which a client may send thousands.
    for (const length of this.prefixLengths) {
      if (length > path.length || path.charCodeAt(length - 1) !== 0x2f) continue;
      const routes = this.prefixes.get(path.slice(0, length));
      if (routes !== undefined) best = routes.first(best, request, test);
    }
    for (const { expression, order, routes } of this.expressions) {
      if (best !== undefined && best.order < order) break;
      if (expression.matcher(path).find()) best = routes.first(best, request, test);
    }
    return best;
  }
}

function at<Value>(paths: Map<string, Candidates<Value>>, path: string): Candidates<Value> {
  const known = paths.get(path);
  if (known !== undefined) return known;
  const made = new Candidates<Value>();
  paths.set(path, made);
  return made;
}
