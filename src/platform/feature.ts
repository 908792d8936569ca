import { type Path, readPathPattern } from '../model';

/** Where a feature shows in a description: `*` is any name or index; `uses` looks at the value found there. */
interface Trace {
  readonly at: string;
  readonly uses?: (value: unknown) => boolean;
}

const is =
  (...words: unknown[]) =>
  (value: unknown) =>
    words.includes(value);
const holds = (test: (item: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.some(test);
const pathIs = (kind: string) => (value: unknown) => typeof value === 'string' && readPathPattern(value).kind === kind;

const traces = (...at: string[]): readonly Trace[] => at.map((path) => ({ at: path }));

/**
 * Everything that a description can ask for, and where it asks. The list is closed, and every word of the description
 * belongs to a feature (a test compares them), so that a platform which states its support for each drops nothing.
 */
export const FEATURES = {
  naming: { title: 'Name and tags', traces: traces('version', 'name', 'tags', 'accept') },
  ownMachines: {
    title: 'This machine and one’s own servers',
    traces: [
      ...traces('platform'),
      { at: 'platform.type', uses: is('local', 'hosts') },
      { at: 'platform.dataPlane', uses: is('runtime', 'haproxy', 'nginx') },
    ],
  },
  clouds: {
    title: 'Clouds and orchestrators',
    traces: [
      { at: 'platform.type', uses: (value) => !is('local', 'hosts')(value) },
      { at: 'platform.dataPlane', uses: is('native') },
    ],
  },
  httpListener: {
    title: 'HTTP listener',
    traces: [
      { at: 'listeners.*' },
      { at: 'listeners.*.protocol', uses: is('http') },
      ...traces('listeners.*.address', 'listeners.*.port'),
    ],
  },
  tlsListener: {
    title: 'TLS termination',
    traces: [{ at: 'listeners.*.protocol', uses: is('https') }, ...traces('listeners.*.tls')],
  },
  tcpListener: {
    title: 'TCP listener (layer 4)',
    traces: [
      { at: 'listeners.*.protocol', uses: is('tcp') },
      ...traces('listeners.*.tiers', 'listeners.*.idleTimeout', 'listeners.*.plan'),
    ],
  },
  redirectListener: { title: 'Redirect a whole listener', traces: traces('listeners.*.redirectTo') },
  http2: { title: 'HTTP/2 to clients', traces: [{ at: 'listeners.*.http2', uses: is(true) }] },
  proxyProtocol: { title: 'PROXY protocol', traces: [{ at: 'listeners.*.proxyProtocol', uses: is(true) }] },
  trustedProxies: { title: 'Trusted proxies', traces: traces('listeners.*.trustedProxies') },
  forwardedHeaders: { title: 'Choice of forwarding fields', traces: traces('listeners.*.forwardedHeaders') },
  headLimits: {
    title: 'Limits on request heads',
    traces: traces(
      'listeners.*.limits',
      'listeners.*.limits.head',
      'listeners.*.limits.uri',
      'listeners.*.limits.headers',
    ),
  },
  bodyLimit: { title: 'Limit on request bodies', traces: traces('listeners.*.limits.body') },
  connectionLimit: { title: 'Limit on client connections', traces: traces('listeners.*.limits.connections') },
  clientTimeouts: {
    title: 'Client timeouts',
    traces: traces(
      'listeners.*.limits.headTimeout',
      'listeners.*.limits.bodyTimeout',
      'listeners.*.limits.idleTimeout',
    ),
  },

  staticTargets: {
    title: 'Targets by address',
    traces: traces(
      'pools.*',
      'pools.*.targets',
      'pools.*.targets.*',
      'pools.*.targets.*.address',
      'pools.*.targets.*.port',
    ),
  },
  weights: { title: 'Weights', traces: traces('pools.*.targets.*.weight') },
  priorities: { title: 'Priorities within a pool', traces: traces('pools.*.targets.*.priority') },
  targetTls: {
    title: 'TLS to targets',
    traces: [{ at: 'pools.*.protocol', uses: is('https') }, ...traces('pools.*.tls')],
  },
  targetHttp2: { title: 'HTTP/2 to targets', traces: [{ at: 'pools.*.http2', uses: is(true) }] },
  targetProxyProtocol: { title: 'PROXY protocol to targets', traces: traces('pools.*.proxyProtocol') },
  discovery: { title: 'Targets by DNS', traces: traces('pools.*.discover') },
  containers: { title: 'Targets from a container image', traces: traces('pools.*.container') },
  machines: { title: 'Targets on machines', traces: traces('pools.*.machine') },
  scaling: { title: 'Scaling', traces: traces('pools.*.scaling') },
  roundRobin: { title: 'Round robin by weight', traces: [{ at: 'pools.*.algorithm', uses: is('roundRobin') }] },
  leastRequests: { title: 'Least requests', traces: [{ at: 'pools.*.algorithm', uses: is('leastRequests') }] },
  random: { title: 'Random of two', traces: [{ at: 'pools.*.algorithm', uses: is('random') }] },
  hashing: {
    title: 'Consistent hashing and Maglev',
    traces: [{ at: 'pools.*.algorithm', uses: is('consistentHash', 'maglev') }, ...traces('pools.*.hashKey')],
  },
  tcpHealthCheck: {
    title: 'Active health check (TCP)',
    traces: [
      { at: 'pools.*.healthCheck.type', uses: is('tcp') },
      ...traces(
        'pools.*.healthCheck',
        'pools.*.healthCheck.interval',
        'pools.*.healthCheck.timeout',
        'pools.*.healthCheck.healthyThreshold',
        'pools.*.healthCheck.unhealthyThreshold',
      ),
    ],
  },
  httpHealthCheck: {
    title: 'Active health check (HTTP)',
    traces: [
      { at: 'pools.*.healthCheck.type', uses: is('http') },
      ...traces('pools.*.healthCheck.path', 'pools.*.healthCheck.expectedStatus'),
    ],
  },
  grpcHealthCheck: {
    title: 'Active health check (gRPC)',
    traces: [{ at: 'pools.*.healthCheck.type', uses: is('grpc') }, ...traces('pools.*.healthCheck.service')],
  },
  healthCheckJitter: { title: 'Jitter of health checks', traces: traces('pools.*.healthCheck.jitterPercent') },
  healthCheckBody: { title: 'Expected body of a health check', traces: traces('pools.*.healthCheck.expectedBody') },
  flapDamping: { title: 'Flap damping', traces: traces('pools.*.healthCheck.flapDamping') },
  outlierEjection: { title: 'Outlier ejection', traces: traces('pools.*.outlierEjection') },
  circuitBreaker: { title: 'Circuit breaker', traces: traces('pools.*.circuitBreaker') },
  poolLimits: {
    title: 'Concurrency limits and queues',
    traces: traces(
      'pools.*.limits',
      'pools.*.limits.concurrency',
      'pools.*.limits.queue',
      'pools.*.limits.queueTimeout',
      'pools.*.limits.connectionsPerTarget',
    ),
  },
  adaptiveConcurrency: { title: 'Adaptive concurrency limit', traces: traces('pools.*.limits.adaptive') },
  slowStart: { title: 'Slow start', traces: traces('pools.*.slowStart') },
  targetDrain: {
    title: 'Drain of one target',
    traces: [{ at: 'pools.*.targets.*.drain', uses: is(true) }, ...traces('pools.*.drainTimeout')],
  },
  panic: { title: 'Panic threshold', traces: [{ at: 'pools.*.panicPercent', uses: (value) => value !== 0 }] },
  readOnly: { title: 'Pools for safe methods only', traces: [{ at: 'pools.*.readOnly', uses: is(true) }] },

  routing: {
    title: 'Routes by host, path and method',
    traces: [
      ...traces('routes.*', 'routes.*.listeners', 'routes.*.hosts', 'routes.*.methods', 'routes.*.priority'),
      { at: 'routes.*.path', uses: (value) => pathIs('exact')(value) || pathIs('prefix')(value) },
    ],
  },
  pathExpressions: { title: 'Routes by expression', traces: [{ at: 'routes.*.path', uses: pathIs('expression') }] },
  fieldMatch: { title: 'Routes by header and query', traces: traces('routes.*.headers', 'routes.*.query') },
  pools: { title: 'A pool for a route', traces: traces('routes.*.pool') },
  tiers: { title: 'Tiers of pools', traces: traces('routes.*.tiers') },
  split: { title: 'Traffic split', traces: traces('routes.*.split') },
  redirect: { title: 'Redirects', traces: traces('routes.*.redirect') },
  timeouts: {
    title: 'Connect and response timeouts',
    traces: traces('routes.*.timeouts', 'routes.*.timeouts.connect', 'routes.*.timeouts.response'),
  },
  streamTimeout: { title: 'Timeout of silent streams', traces: traces('routes.*.timeouts.idle') },
  requestDeadline: { title: 'Deadline of a whole request', traces: traces('routes.*.timeouts.request') },
  retry: {
    title: 'Retries across targets and tiers',
    traces: [
      ...traces('routes.*.retry', 'routes.*.retry.attempts'),
      { at: 'routes.*.retry.on', uses: holds((item) => typeof item === 'string') },
    ],
  },
  retryOnStatus: {
    title: 'Retries on a status',
    traces: [{ at: 'routes.*.retry.on', uses: holds((item) => typeof item === 'number') }],
  },
  perTryTimeout: { title: 'Timeout of one attempt', traces: traces('routes.*.retry.perTryTimeout') },
  retryNonIdempotent: { title: 'Retries of POST and PATCH', traces: traces('routes.*.retry.nonIdempotent') },
  replayBodies: { title: 'Replay of request bodies', traces: traces('routes.*.retry.bufferLimit') },
  retryBudget: { title: 'Retry budget', traces: traces('routes.*.retry.budgetPercent') },
  backoff: { title: 'Backoff between attempts', traces: traces('routes.*.retry.backoff') },
  hedging: { title: 'Hedged requests', traces: traces('routes.*.retry.hedgeAfter') },
  fallback: {
    title: 'Static fallback response',
    traces: [
      ...traces(
        'routes.*.fallback',
        'routes.*.fallback.json',
        'routes.*.fallback.text',
        'routes.*.fallback.status',
        'routes.*.fallback.headers',
      ),
      { at: 'routes.*.fallback.on', uses: holds(is('unavailable')) },
    ],
  },
  fallbackOnStatus: {
    title: 'Fallback on a status',
    traces: [{ at: 'routes.*.fallback.on', uses: holds((item) => typeof item === 'number') }],
  },
  fallbackOnTimeout: {
    title: 'Fallback on a timeout',
    traces: [{ at: 'routes.*.fallback.on', uses: holds(is('timeout')) }],
  },
  fallbackFile: { title: 'Fallback from a file', traces: traces('routes.*.fallback.file') },
  fallbackRedirect: { title: 'Fallback by redirect', traces: traces('routes.*.fallback.redirect') },
  fallbackStale: { title: 'Fallback from the last good answer', traces: traces('routes.*.fallback.stale') },
  fallbackPool: { title: 'Fallback by another pool', traces: traces('routes.*.fallback.pool') },
  fallbackByType: { title: 'Fallback by what the client accepts', traces: traces('routes.*.fallback.alternatives') },
  rehearsal: { title: 'Rehearsal', traces: traces('routes.*.rehearsal') },
  priorityClass: {
    title: 'Priority classes',
    traces: [{ at: 'routes.*.priorityClass', uses: (value) => value !== 'normal' }],
  },
  affinity: { title: 'Session affinity', traces: traces('routes.*.affinity') },
  rateLimit: { title: 'Rate limits', traces: traces('routes.*.rateLimit') },
  rewrite: { title: 'Rewrite of paths and headers', traces: traces('routes.*.rewrite') },
  responseRewrite: { title: 'Response rewrite under conditions', traces: traces('routes.*.responseRewrite') },
  cors: { title: 'CORS', traces: traces('routes.*.cors') },
  compression: { title: 'Compression', traces: traces('routes.*.compression') },
  mirror: { title: 'Mirroring', traces: traces('routes.*.mirror') },
  faults: { title: 'Fault injection', traces: traces('routes.*.faults') },

  admin: { title: 'Health and metrics of the data plane', traces: traces('admin', 'admin.address', 'admin.port') },
  adminKeys: { title: 'Keys of the admin API', traces: traces('admin.keys') },
  accessLog: { title: 'Access log', traces: traces('accessLog', 'accessLog.path', 'accessLog.format') },
  accessLogSampling: { title: 'Sampling of the access log', traces: traces('accessLog.samplePercent') },
  tracing: { title: 'Traces', traces: traces('tracing') },
  prometheus: { title: 'Prometheus rules', traces: traces('monitoring', 'monitoring.prometheus') },
  grafana: { title: 'Grafana dashboards', traces: traces('monitoring.grafana') },
  datadog: { title: 'Datadog monitors', traces: traces('monitoring.datadog') },
  objectives: { title: 'Service level objectives', traces: traces('monitoring.objectives') },
  rawHaproxy: { title: 'Lines for HAProxy', traces: traces('raw', 'raw.haproxy') },
  rawNginx: { title: 'Lines for Nginx', traces: traces('raw.nginx') },
} as const satisfies Record<string, { title: string; traces: readonly Trace[] }>;

/** The name of a feature. */
export type Feature = keyof typeof FEATURES;

interface Step {
  readonly below: Map<string, Step>;
  readonly traces: { readonly feature: Feature; readonly uses?: Trace['uses'] }[];
}

const newStep = (): Step => ({ below: new Map(), traces: [] });

const ROOT = newStep();
for (const [feature, entry] of Object.entries(FEATURES)) {
  for (const { at, uses } of entry.traces as readonly Trace[]) {
    let step = ROOT;
    for (const part of at.split('.')) {
      const next = step.below.get(part) ?? newStep();
      step.below.set(part, next);
      step = next;
    }
    step.traces.push({ feature: feature as Feature, uses });
  }
}

/** A place in a description, and the feature that it asks for; `undefined` where the place belongs to none. */
export interface FeatureUse {
  readonly feature: Feature | undefined;
  readonly path: Path;
  readonly value: unknown;
}

/** Every feature that a description or an API asks for, with every place that does. */
export function featureUses(description: unknown): FeatureUse[] {
  const found: FeatureUse[] = [];
  collectUses(ROOT, description, [], found);
  return found;
}

/** @param path - the same list from place to place, which most places have no use for */
function collectUses(step: Step, value: unknown, path: (string | number)[], found: FeatureUse[]): void {
  // An empty list, such as the default of `faults`, asks for nothing.
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return;
  for (const { feature, uses } of step.traces)
    if (uses === undefined || uses(value)) found.push({ feature, path: [...path], value });
  // Where no path goes deeper, all that stands below belongs to the same feature.
  if (step.below.size === 0 || typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    path.push(Array.isArray(value) ? Number(key) : key);
    const next = step.below.get(key) ?? step.below.get('*');
    if (next !== undefined) collectUses(next, member, path, found);
    else if (member !== undefined) found.push({ feature: undefined, path: [...path], value: member });
    path.pop();
  }
}
