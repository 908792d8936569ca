import type { Route } from '../../model';

/** The `Allow` field of a 405: the methods of all routes that match what this one does, but for the method. */
export function allowHeader(route: Route, routes: readonly Route[]): string {
  const methods = routes.filter((other) => sameButMethods(other) === sameButMethods(route)).flatMap(methodsOf);
  return [...new Set(methods)].join(', ');
}

function methodsOf({ methods }: Route): readonly string[] {
  return methods ?? [];
}

function sameButMethods({ listeners, hosts, path, headers, query }: Route): string {
  return JSON.stringify([listeners, hosts, path, headers, query]);
}
