import type { PolicyRequest, PolicyResponse } from '../../../src/runtime/policies';

type Fields = Readonly<Record<string, string | readonly string[]>>;

const values = (fields: Fields, name: string) => [fields[name] ?? []].flat();

/** A request as policies see it. */
export function request(parts: Partial<Omit<PolicyRequest, 'field'>> & { fields?: Fields } = {}): PolicyRequest {
  const { fields = {}, ...rest } = parts;
  const cookies = new Map(
    values(fields, 'cookie')
      .flatMap((line) => line.split('; '))
      .map((pair) => pair.split('=') as [string, string]),
  );
  return {
    method: 'GET',
    path: '/',
    query: '',
    host: 'shop.example.com',
    scheme: 'http',
    clientAddress: '192.0.2.1',
    chunks: true,
    field: (name) => values(fields, name),
    parameter: (name) => new URLSearchParams(rest.query).getAll(name),
    cookie: (name) => cookies.get(name),
    ...rest,
  };
}

/** A response as policies see it. */
export function response(parts: Partial<Omit<PolicyResponse, 'field'>> & { fields?: Fields } = {}): PolicyResponse {
  const { fields = {}, ...rest } = parts;
  return {
    status: 200,
    target: '127.0.0.1:9001',
    tier: 'live',
    fallback: false,
    field: (name) => values(fields, name),
    ...rest,
  };
}
