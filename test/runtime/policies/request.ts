import type { PolicyRequest } from '../../../src/runtime/policies';

/** A request as policies see it, of some parts. */
export function policyRequest(parts: Partial<PolicyRequest> & { fields?: Record<string, string> } = {}): PolicyRequest {
  const { fields = {}, ...rest } = parts;
  return {
    method: 'GET',
    path: '/',
    query: '',
    host: 'shop.test',
    scheme: 'http',
    clientAddress: '192.0.2.1',
    field: (name) => (fields[name] === undefined ? [] : [fields[name]]),
    parameter: () => [],
    cookie: () => undefined,
    ...rest,
  };
}
