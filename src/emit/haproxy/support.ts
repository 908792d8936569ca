import { parseSize } from '../../model';
import {
  approximate,
  emulated,
  impossible,
  NO_CLOUD,
  native,
  type PlatformSupport,
  type ValueLimit,
} from '../../platform';
import { EXPRESSION_LIMIT } from '../expressions';

const notYet = impossible('spillway does not write this for HAProxy yet');
const elsewhere = impossible('it takes a platform that runs the targets');
const monitoring = impossible('it takes a platform that has monitoring');

/** Statuses that `retry-on` knows in HAProxy 2.6. */
const RETRY_STATUSES = [401, 403, 404, 408, 425, 500, 501, 502, 503, 504];

/** Checked on HAProxy 2.6.12, 2026-11. */
const LIMITS: readonly ValueLimit[] = [
  EXPRESSION_LIMIT,
  { at: 'pools.*.targets.*.weight', allowed: 'a weight from 0 to 256', fits: (weight) => (weight as number) <= 256 },
  {
    at: 'routes.*.retry.on.*',
    allowed: `connectFailure, reset, timeout, ${RETRY_STATUSES.join(', ')}`,
    fits: (condition) => typeof condition !== 'number' || RETRY_STATUSES.includes(condition),
  },
  {
    at: 'routes.*.retry.bufferLimit',
    allowed: 'a size up to 1MB',
    // A buffer of this size exists twice for each request in flight.
    fits: (bytes) => (bytes as number) <= (parseSize('1MB') as number),
  },
  { at: 'accessLog.path', allowed: 'stdout or stderr', fits: (path) => path === 'stdout' || path === 'stderr' },
  {
    at: 'pools.*.healthCheck.jitterPercent',
    allowed: 'a percentage up to 50',
    fits: (value) => (value as number) <= 50,
  },
];

/** What HAProxy 2.6 can do with the configuration that is written here. */
export const HAPROXY_SUPPORT: PlatformSupport = {
  name: 'haproxy',
  limits: LIMITS,
  table: {
    naming: native,
    ownMachines: native,
    clouds: NO_CLOUD,
    httpListener: native,
    tlsListener: notYet,
    tcpListener: notYet,
    redirectListener: notYet,
    http2: notYet,
    proxyProtocol: notYet,
    trustedProxies: notYet,
    forwardedHeaders: notYet,
    targetTls: notYet,
    targetHttp2: notYet,
    targetProxyProtocol: notYet,
    headLimits: approximate('the largest of all listeners holds for each, and the answer is 400 instead of 431'),
    bodyLimit: approximate('a body is measured by its Content-Length; one sent in chunks is not measured'),
    connectionLimit: notYet,
    clientTimeouts: native,

    staticTargets: native,
    weights: native,
    priorities: native,
    discovery: notYet,
    containers: elsewhere,
    machines: elsewhere,
    scaling: elsewhere,
    roundRobin: native,
    leastRequests: notYet,
    random: notYet,
    hashing: notYet,
    tcpHealthCheck: native,
    httpHealthCheck: native,
    grpcHealthCheck: impossible('HAProxy has no gRPC probe'),
    healthCheckJitter: approximate('the largest of all pools holds for each'),
    healthCheckBody: notYet,
    flapDamping: impossible('HAProxy does not count how often a target changes'),
    outlierEjection: notYet,
    circuitBreaker: notYet,
    poolLimits: notYet,
    adaptiveConcurrency: impossible('HAProxy does not adapt its limits to latency'),
    slowStart: notYet,
    targetDrain: approximate(
      'a target that leaves with a reload finishes its requests in the old process, without a bound',
    ),
    panic: notYet,
    readOnly: notYet,

    routing: native,
    pathExpressions: approximate('PCRE2 reads the expression; its match limit stands in for the linear time of RE2'),
    fieldMatch: native,
    pools: native,
    tiers: emulated('each tier stands behind a socket of its own'),
    split: notYet,
    redirect: notYet,
    timeouts: approximate(
      'the response timeout also bounds each pause within a response, and a connect timeout is a 502',
    ),
    streamTimeout: approximate('the response timeout bounds each silence'),
    requestDeadline: approximate('it bounds each attempt and each tier; several of them together may take longer'),
    retry: approximate('the attempts are counted in each tier anew'),
    retryOnStatus: native,
    perTryTimeout: native,
    retryNonIdempotent: native,
    replayBodies: native,
    retryBudget: impossible('HAProxy counts no retries of other requests'),
    backoff: impossible('HAProxy waits a second before it tries the same target again, and never otherwise'),
    hedging: impossible('HAProxy sends a request to one target at a time'),
    fallback: native,
    fallbackOnStatus: native,
    fallbackOnTimeout: native,
    fallbackFile: notYet,
    fallbackRedirect: notYet,
    fallbackStale: impossible('HAProxy does not keep an answer beyond its age'),
    fallbackPool: notYet,
    fallbackByType: notYet,
    rehearsal: notYet,
    priorityClass: notYet,
    affinity: notYet,
    rateLimit: notYet,
    rewrite: notYet,
    responseRewrite: notYet,
    cors: notYet,
    compression: notYet,
    mirror: impossible('HAProxy cannot copy requests without an agent beside it'),
    faults: notYet,

    admin: native,
    adminKeys: impossible('HAProxy has no admin API over HTTP'),
    accessLog: approximate('it has no attempts and no reasons; with several tiers the target is the name of the tier'),
    accessLogSampling: notYet,
    tracing: notYet,
    prometheus: monitoring,
    grafana: monitoring,
    datadog: monitoring,
    objectives: monitoring,
    rawHaproxy: native,
    rawNginx: impossible('these lines are meant for Nginx'),
  },
};
