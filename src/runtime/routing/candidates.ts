import type { RouteCondition, RoutedRequest } from './condition';

/** A route with its place in the order in which routes are tried. */
export interface Candidate<Value> {
  readonly order: number;
  readonly condition: RouteCondition;
  readonly value: Value;
}

/** Not a closure over the request, which would be made anew for each. */
export type Test = (condition: RouteCondition, request: RoutedRequest) => boolean;

/** Routes that share a path, by what they ask of the host: of thousands of hosts, only the routes of one are tried. */
export class Candidates<Value> {
  /** Routes of any host, in order. */
  private readonly anywhere: Candidate<Value>[] = [];
  private hosts: Map<string, Candidate<Value>[]> | undefined;
  /** By what comes behind the `*`, which begins with a dot. */
  private wildcards: Map<string, Candidate<Value>[]> | undefined;

  /** Takes a route that comes behind those before it. */
  add(candidate: Candidate<Value>): void {
    const { hosts } = candidate.condition;
    if (hosts === undefined) this.anywhere.push(candidate);
    for (const host of hosts ?? []) {
      if (host.startsWith('*.')) {
        this.wildcards ??= new Map();
        append(this.wildcards, host.slice(1), candidate);
      } else {
        this.hosts ??= new Map();
        append(this.hosts, host, candidate);
      }
    }
  }

  /** The first of them that is accepted, unless `best` comes before it. */
  first(best: Candidate<Value> | undefined, request: RoutedRequest, test: Test): Candidate<Value> | undefined {
    const { hosts, wildcards, anywhere } = this;
    let first = anywhere.length === 0 ? best : earlier(anywhere, best, request, test);
    if (hosts !== undefined) first = earlier(hosts.get(request.host), first, request, test);
    if (wildcards === undefined) return first;
    const { host } = request;
    for (let dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1))
      first = earlier(wildcards.get(host.slice(dot)), first, request, test);
    return first;
  }
}

function append<Value>(lists: Map<string, Candidate<Value>[]>, key: string, candidate: Candidate<Value>): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [candidate]);
  else list.push(candidate);
}

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
