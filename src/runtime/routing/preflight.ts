import type { RoutedRequest } from './condition';

const ASKED = 'access-control-request-method';

/** The method that a browser asks about before it sends a request (the Fetch standard, section 3.3.1); `undefined` where it does not. */
export function preflightMethod(request: Pick<RoutedRequest, 'method' | 'field'>): string | undefined {
  if (request.method !== 'OPTIONS' || request.field('origin').length !== 1) return undefined;
  const [method, ...more] = request.field(ASKED);
  return more.length === 0 ? method : undefined;
}
