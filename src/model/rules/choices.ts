import { type Path, type Problem, problem } from '../problem';
import { isLoose, type Loose, type Rule, section } from './loose';

function exactlyOne(node: Loose, path: Path, keys: readonly string[]): Problem[] {
  const present = keys.filter((key) => node[key] !== undefined);
  if (present.length === 1) return [];
  const found = present.length === 0 ? undefined : present.join(' and ');
  return [problem({ code: 'SPW3005', path, found, allowed: `one of ${keys.join(', ')}` })];
}

function atMostOne(node: Loose, path: Path, keys: readonly string[]): Problem[] {
  const present = keys.filter((key) => node[key] !== undefined);
  return present.length <= 1 ? [] : exactlyOne(node, path, keys);
}

const MEMBERS = ['targets', 'discover', 'container', 'machine'];
const ACTIONS = ['pool', 'tiers', 'split', 'redirect'];
/** An earlier answer may stand beside each of them, which answers where there is none. */
const ANSWERS = ['json', 'text', 'file', 'redirect', 'pool'];
const FORMS = ['text', 'file'];
const CAUSES = ['abort', 'delay', 'reset', 'bodyRate'];
/** Only one thing can stand in place of an answer. */
const ENDS = ['abort', 'reset'];

/** Keys of which exactly one, or at most one, may stand side by side. */
export const choices: Rule = (description) => [
  ...section(description, 'pools').flatMap(({ node, path }) => [
    ...poolMembers(node, path),
    ...poolTls(node, path),
    ...poolAnnouncement(node, path),
    ...(isLoose(node.healthCheck) ? probeWords(node.healthCheck, [...path, 'healthCheck']) : []),
    ...(isLoose(node.limits) ? atMostOne(node.limits, [...path, 'limits'], ['concurrency', 'adaptive']) : []),
  ]),
  ...section(description, 'routes').flatMap(({ node, path }) => [
    ...routeAction(node, path),
    ...(isLoose(node.fallback) ? fallbackForms(node.fallback, [...path, 'fallback']) : []),
    ...members(node.faults).flatMap(({ node: fault, index }) => faultCauses(fault, [...path, 'faults', index])),
  ]),
  ...section(description, 'listeners').flatMap(({ node, path }) => listenerKeys(node, path)),
];

function poolMembers(pool: Loose, path: Path): Problem[] {
  const targets = pool.targets;
  const none = MEMBERS.every((key) => pool[key] === undefined) || (Array.isArray(targets) && targets.length === 0);
  if (!none) return exactlyOne(pool, path, MEMBERS);
  // An empty list says so itself.
  if (Array.isArray(targets)) return [];
  return [problem({ code: 'SPW3004', path, allowed: `one of ${MEMBERS.join(', ')}` })];
}

function routeAction(route: Loose, path: Path): Problem[] {
  const none = ACTIONS.every((key) => route[key] === undefined);
  // A route without a pool is a static answer.
  return none && isLoose(route.fallback) ? [] : exactlyOne(route, path, ACTIONS);
}

function fallbackForms(fallback: Loose, path: Path): Problem[] {
  return [
    ...atMostOne(fallback, path, ANSWERS),
    ...members(fallback.alternatives).flatMap(({ node, index }) =>
      exactlyOne(node, [...path, 'alternatives', index], FORMS),
    ),
  ];
}

/** A fault does something; it may delay a request and then abort it. */
function faultCauses(fault: Loose, path: Path): Problem[] {
  const present = CAUSES.filter((key) => fault[key] !== undefined && fault[key] !== false);
  if (present.length === 0)
    return [problem({ code: 'SPW3005', path, allowed: `at least one of ${CAUSES.join(', ')}` })];
  const ends = ENDS.filter((key) => present.includes(key));
  return ends.length < 2 ? [] : exactlyOne(fault, path, ENDS);
}

function members(list: unknown): { node: Loose; index: number }[] {
  return Array.isArray(list) ? list.flatMap((node, index) => (isLoose(node) ? [{ node, index }] : [])) : [];
}

function listenerKeys(listener: Loose, path: Path): Problem[] {
  const needs = (key: string, protocol: string) =>
    listener[key] === undefined
      ? [problem({ code: 'SPW2002', path: [...path, key], allowed: `required with protocol: ${protocol}` })]
      : [];
  const only = (key: string, protocol: string) =>
    listener[key] === undefined
      ? []
      : [problem({ code: 'SPW3008', path: [...path, key], allowed: `only with protocol: ${protocol}` })];
  if (listener.protocol === 'https')
    return [...needs('tls', 'https'), ...certificates(listener, path), ...only('tiers', 'tcp')];
  if (listener.protocol === 'tcp') return needs('tiers', 'tcp');
  return [...only('tls', 'https'), ...only('tiers', 'tcp'), ...only('idleTimeout', 'tcp'), ...only('plan', 'tcp')];
}

function certificates({ tls }: Loose, path: Path): Problem[] {
  if (!isLoose(tls) || tls.certificates !== undefined || tls.directory !== undefined) return [];
  return [
    problem({ code: 'SPW2002', path: [...path, 'tls', 'certificates'], allowed: 'certificates, directory, or both' }),
  ];
}

function poolTls({ tls, protocol }: Loose, path: Path): Problem[] {
  if (!isLoose(tls)) return [];
  if (protocol !== 'https')
    return [problem({ code: 'SPW3008', path: [...path, 'tls'], allowed: 'only with protocol: https' })];
  const missing = tls.key === undefined ? 'key' : 'certificate';
  if ((tls.certificate === undefined) === (tls.key === undefined)) return [];
  return [
    problem({ code: 'SPW2002', path: [...path, 'tls', missing], allowed: 'a certificate and its key, or neither' }),
  ];
}

/** What only some probes look at. */
function probeWords(check: Loose, path: Path): Problem[] {
  const type = check.type ?? (check.path === undefined ? 'tcp' : 'http');
  const only = (key: string, needed: string) =>
    check[key] === undefined || type === needed
      ? []
      : [problem({ code: 'SPW3008', path: [...path, key], allowed: `only with type: ${needed}` })];
  return [...only('expectedBody', 'http'), ...only('service', 'grpc')];
}

/** The header stands at the beginning of a connection, which in HTTP/2 carries the requests of many clients. */
function poolAnnouncement({ proxyProtocol, http2 }: Loose, path: Path): Problem[] {
  if (proxyProtocol === undefined || http2 !== true) return [];
  return [problem({ code: 'SPW3008', path: [...path, 'proxyProtocol'], allowed: 'only without http2' })];
}
