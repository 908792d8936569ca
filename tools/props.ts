import { type JsonSchema, jsonSchema } from '../src/model';

/** Structs whose name would be too general, or the same as another's, if it were made from their key. */
const STRUCT_NAMES: Record<string, string> = {
  '': 'ApiOptions',
  'listeners.*': 'ListenerOptions',
  'listeners.*.limits': 'ListenerLimits',
  'listeners.*.tls.certificates.*': 'TlsCertificate',
  'pools.*': 'PoolOptions',
  'pools.*.targets.*': 'Backend',
  'pools.*.limits': 'PoolLimits',
  'pools.*.tls': 'TargetTls',
  'routes.*': 'RouteOptions',
  'routes.*.headers.*': 'HeaderMatch',
  'routes.*.query.*': 'QueryMatch',
  'routes.*.split.arms.*': 'SplitArm',
  'routes.*.fallback': 'FallbackOptions',
  'routes.*.fallback.file': 'FallbackFile',
  'routes.*.fallback.redirect': 'FallbackRedirect',
  'routes.*.fallback.stale': 'FallbackStale',
  'routes.*.fallback.alternatives.*': 'FallbackAlternative',
  'pools.*.limits.adaptive': 'AdaptiveConcurrency',
  'pools.*.scaling': 'ScalingOptions',
  monitoring: 'MonitoringOptions',
  'routes.*.faults.*': 'Fault',
  'routes.*.faults.*.abort': 'FaultAbort',
  'routes.*.responseRewrite.*': 'ResponseRewrite',
  'admin.keys.*': 'AdminKey',
  'monitoring.objectives.*': 'ObjectiveOptions',
  raw: 'RawLines',
  'raw.haproxy': 'RawHaproxyLines',
  'raw.nginx': 'RawNginxLines',
};

const ENUM_NAMES: Record<string, string> = {
  'listeners.*.protocol': 'Protocol',
  'listeners.*.tls.minVersion': 'TlsVersion',
  'listeners.*.plan': 'ServicePlan',
  'pools.*.algorithm': 'Algorithm',
  'pools.*.proxyProtocol': 'ProxyProtocolVersion',
  'pools.*.tls.minVersion': 'TlsVersion',
  'pools.*.protocol': 'TargetProtocol',
  'listeners.*.forwardedHeaders': 'ForwardedHeader',
  'listeners.*.forwardedHeaders.*': 'ForwardedHeader',
  'pools.*.healthCheck.type': 'HealthCheckType',
  'pools.*.circuitBreaker.scope': 'CircuitBreakerScope',
  'admin.keys.*.role': 'AdminRole',
  'accessLog.format': 'AccessLogFormat',
};

/** Words that stand for something else in a program: a construct in place of its name. */
const SUBSTITUTES: Record<string, string> = {
  'listeners.*.tiers': 'ITargetPool[]',
  'routes.*.split.arms.*.tiers': 'ITargetPool[]',
  'routes.*.mirror.pool': 'ITargetPool',
  'routes.*.fallback.pool': 'ITargetPool',
};

/** Words that a construct gives by what it is: its id, its platform, its children, its `Targets`, its factory. */
const LEFT_OUT = new Set([
  ...['version', 'name', 'platform', 'listeners', 'pools', 'routes'],
  ...['targets', 'discover', 'container', 'machine'].map((key) => `pools.*.${key}`),
  // What a route does is required in one construct and optional in another.
  ...['pool', 'tiers', 'split', 'redirect', 'fallback'].map((key) => `routes.*.${key}`),
  // An earlier answer may also stand beside another one.
  ...['json', 'text', 'file', 'redirect', 'pool'].map((key) => `routes.*.fallback.${key}`),
]);

/** Structs that hand-written props and factories take. */
const ROOTS = [
  '',
  'listeners.*',
  'pools.*',
  'pools.*.targets.*',
  'pools.*.discover',
  'pools.*.container',
  'pools.*.machine',
  'routes.*',
  'routes.*.split',
  'routes.*.redirect',
  'routes.*.fallback',
  'routes.*.fallback.file',
  'routes.*.fallback.redirect',
  'routes.*.fallback.stale',
].map((path) => (path === '' ? [] : path.split('.')));

/** Structs that stand in several places. */
const SHARED = new Set(['Affinity']);

const structs = new Map<string, string>();
const placeOf = new Map<string, string>();
const enums = new Map<string, string>();

const pascal = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const lastKey = (path: readonly string[]) => path.filter((step) => step !== '*').at(-1) ?? '';

function typeOf(node: JsonSchema, path: readonly string[]): string {
  const at = path.join('.');
  if (at in SUBSTITUTES) return SUBSTITUTES[at];
  switch (node['x-kind']) {
    case 'duration':
      return 'Duration';
    case 'size':
      return 'Size';
    case 'condition':
      return 'Condition';
    default:
  }
  if (node.enum) return typeof node.enum[0] === 'number' ? 'number' : enumOf(node, path);
  if (node.properties) return structOf(node, path);
  switch (node.type) {
    case 'object':
      return `{ [name: string]: ${typeOf(node.additionalProperties || {}, [...path, '*'])} }`;
    case 'array':
      return `${typeOf(node.items ?? {}, [...path, '*'])}[]`;
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
      return node.type;
    default:
      return 'unknown';
  }
}

function enumOf(node: JsonSchema, path: readonly string[]): string {
  const name = ENUM_NAMES[path.join('.')] ?? pascal(lastKey(path));
  const members = (node.enum ?? []).map((word) => {
    const text = String(word);
    const key = text
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .replace(/[^A-Za-z0-9]/g, '_')
      .toUpperCase();
    return `  /** \`${text}\` */\n  ${/^\d/.test(key) ? `V${key}` : key} = '${text}',`;
  });
  enums.set(name, `/** ${node.description} */\nexport enum ${name} {\n${members.join('\n')}\n}`);
  return name;
}

function structOf(node: JsonSchema, path: readonly string[]): string {
  const name = STRUCT_NAMES[path.join('.')] ?? pascal(lastKey(path));
  const place = path.join('.');
  // One struct may serve several places only where the model has one node for them.
  if (structs.has(name)) {
    if (placeOf.get(name) !== place && !SHARED.has(name))
      throw new Error(`${place} and ${placeOf.get(name)} are both called ${name}`);
    return name;
  }
  placeOf.set(name, place);
  structs.set(name, '');
  const required = new Set(node.required);
  const props = Object.entries(node.properties ?? {}).flatMap(([key, below]) => {
    const at = [...path, key];
    if (LEFT_OUT.has(at.join('.'))) return [];
    const optional = !required.has(key);
    const fallback = optional ? `\n   * @default ${defaultOf(below)}` : '';
    const bounds =
      below.minimum === undefined || below.maximum === undefined ? '' : ` ${below.minimum} to ${below.maximum}.`;
    return [
      `  /**\n   * ${docs(below)}${bounds}${fallback}\n   */\n  readonly ${key}${optional ? '?' : ''}: ${typeOf(below, at)};`,
    ];
  });
  structs.set(name, `/** ${docs(node)} */\nexport interface ${name} {\n${props.join('\n')}\n}`);
  return name;
}

function docs(node: JsonSchema): string {
  return (node.description ?? node.items?.description ?? '').replace(/\*\//g, '*\\/');
}

function defaultOf(node: JsonSchema): string {
  const value = node.default;
  if (value === undefined) return '- none';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
    return Array.isArray(value) ? '- an empty list' : '- the defaults of its parts';
  return typeof value === 'string' && node['x-kind'] ? `- ${value}` : JSON.stringify(value);
}

function nodeAt(path: readonly string[]): JsonSchema {
  let node: JsonSchema = jsonSchema();
  for (const step of path) {
    const below: JsonSchema | undefined =
      step === '*' ? (node.items ?? (node.additionalProperties || undefined)) : node.properties?.[step];
    if (!below) throw new Error(`the schema has no ${path.join('.')}`);
    node = below;
  }
  return node;
}

/** The text of src/constructs/words.generated.ts: the construct props for every word of a description. */
export function propsSource(): string {
  for (const root of ROOTS) structOf(nodeAt(root), root);
  const sorted = (map: Map<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return [
    '// Generated from src/model by `npm run generate`; do not edit.',
    "import type { Condition } from './condition';",
    "import type { Duration } from './duration';",
    "import type { Size } from './size';",
    "import type { ITargetPool } from './target-pool';",
    '',
    [...sorted(enums), ...sorted(structs)].join('\n\n'),
    '',
  ].join('\n');
}
