import type { PolicyRequest, PolicyResponse } from '../policy-request';

/** The values of a variable: none where it is not there, and more than one where a field or a parameter is repeated. */
export type Values = readonly string[];

/** Of the request, and so to be kept until its response comes. */
export interface RequestVariable {
  readonly of: 'request';
  read(request: PolicyRequest): Values;
}

/** Of the response. */
export interface ResponseVariable {
  readonly of: 'response';
  read(response: PolicyResponse): Values;
}

/** A variable, by the names that it has in nginx and in Apache APISIX. */
export type Variable = (RequestVariable | ResponseVariable) & {
  /** Whether it is a field, whose lines are one list with commas (RFC 9110, section 5.3). */
  readonly field: boolean;
};

const request = (read: RequestVariable['read'], field = false): Variable => ({ of: 'request', read, field });
const response = (read: ResponseVariable['read'], field = false): Variable => ({ of: 'response', read, field });
const present = (text: string | undefined): Values => (text === undefined || text === '' ? [] : [text]);
const query = request((one) => present(one.query));

const SINGLE: Readonly<Record<string, Variable>> = {
  status: response(({ status }) => [String(status)]),
  // A target's own, which there is none of where no target answered.
  upstream_status: response(({ status, target }) => (target === '' ? [] : [String(status)])),
  upstream_addr: response(({ target }) => present(target)),
  request_method: request(({ method }) => [method]),
  uri: request(({ path }) => [path]),
  request_uri: request(({ path, query }) => [query === '' ? path : `${path}?${query}`]),
  args: query,
  query_string: query,
  host: request(({ host }) => present(host)),
  scheme: request(({ scheme }) => [scheme]),
  remote_addr: request(({ clientAddress }) => [clientAddress]),
};

/** In the order in which they are looked for. */
const FAMILIES: readonly [prefix: string, of: (name: string) => Variable][] = [
  ['http_', (name) => request((one) => one.field(fieldName(name)), true)],
  ['sent_http_', (name) => response((one) => one.field(fieldName(name)), true)],
  ['upstream_http_', (name) => response((one) => (one.target === '' ? [] : one.field(fieldName(name))), true)],
  ['arg_', (name) => request((one) => one.parameter(name))],
  ['cookie_', (name) => request((one) => present(one.cookie(name)))],
];

/** The variable of a name that the model has accepted. */
export function variableOf(name: string): Variable {
  if (Object.hasOwn(SINGLE, name)) return SINGLE[name];
  const family = FAMILIES.find(([prefix]) => name.startsWith(prefix));
  if (family === undefined) throw new Error(`There is no variable ${name}.`);
  const [prefix, of] = family;
  return of(name.slice(prefix.length));
}

/** The field that nginx calls `user_agent` is `user-agent`. */
function fieldName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
