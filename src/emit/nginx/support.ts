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

const notYet = impossible('spillway does not write this for Nginx yet');
const elsewhere = impossible('it takes a platform that runs the targets');
const monitoring = impossible('it takes a platform that has monitoring');

/** Statuses that `proxy_next_upstream` knows in Nginx 1.22. */
const RETRY_STATUSES = [403, 404, 429, 500, 502, 503, 504];

/** Statuses that `return` and `error_page` give a meaning of their own: redirects, and closing without an answer. */
const SPECIAL_STATUSES = [301, 302, 303, 307, 308, 444];

/** Nginx has variables for fields of these names alone. */
const FIELD_NAME = /^[A-Za-z0-9-]+$/;

/** Each change of location counts; Nginx allows ten for a request, of which two are the route's and the fallback's. */
const MAX_TIERS = 8;

/** Checked on Nginx 1.22.1, 2026-11. */
const LIMITS: readonly ValueLimit[] = [
  EXPRESSION_LIMIT,
  {
    at: 'routes.*.headers.*.name',
    allowed: 'letters, digits and -',
    fits: (name) => FIELD_NAME.test(name as string),
  },
  {
    at: 'routes.*.headers.*.value',
    // An empty field and a missing one are the same to Nginx.
    allowed: 'a value that is not empty',
    fits: (value) => value !== '',
  },
  {
    at: 'routes.*.retry.on',
    // Both are an `error` to Nginx.
    allowed: 'connectFailure and reset together, or an empty list',
    fits: (on) => {
      const list = on as readonly unknown[];
      return list.length === 0 || (list.includes('connectFailure') && list.includes('reset'));
    },
  },
  {
    at: 'routes.*.retry.on.*',
    allowed: `connectFailure, reset, timeout, ${RETRY_STATUSES.join(', ')}`,
    fits: (condition) => typeof condition !== 'number' || RETRY_STATUSES.includes(condition),
  },
  {
    at: 'routes.*.fallback.status',
    allowed: `another status than ${SPECIAL_STATUSES.join(', ')}`,
    fits: (status) => !SPECIAL_STATUSES.includes(status as number),
  },
  {
    at: 'routes.*.fallback.headers.*',
    allowed: 'a value that is not empty',
    fits: (value) => value !== '',
  },
  {
    at: 'routes.*.tiers',
    allowed: `at most ${MAX_TIERS} pools`,
    fits: (tiers) => (tiers as readonly unknown[]).length <= MAX_TIERS,
  },
  {
    at: 'pools.*.targets',
    allowed: `at most ${MAX_TIERS} different priorities`,
    fits: (targets) => new Set((targets as { priority: number }[]).map(({ priority }) => priority)).size <= MAX_TIERS,
  },
];

const PASSIVE = 'there are no probes: failed requests take a target out, for as long as as many probes would take';

/** What Nginx 1.22 can do with the configuration that is written here. */
export const NGINX_SUPPORT: PlatformSupport = {
  name: 'nginx',
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
    headLimits: approximate(
      'the size of a head is bounded, not that of its target nor the number of its fields; the answer is 400 or 414',
    ),
    bodyLimit: native,
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
    tcpHealthCheck: approximate(PASSIVE),
    httpHealthCheck: approximate(PASSIVE),
    grpcHealthCheck: impossible('open source Nginx does not probe targets'),
    healthCheckJitter: impossible('open source Nginx does not probe targets'),
    healthCheckBody: impossible('open source Nginx does not probe targets'),
    flapDamping: impossible('open source Nginx does not probe targets'),
    outlierEjection: notYet,
    circuitBreaker: notYet,
    poolLimits: notYet,
    adaptiveConcurrency: impossible('Nginx does not adapt its limits to latency'),
    slowStart: impossible('open source Nginx has no slow start'),
    targetDrain: approximate(
      'a target that leaves with a reload finishes its requests in the old workers, without a bound',
    ),
    panic: notYet,
    readOnly: notYet,

    routing: native,
    pathExpressions: approximate('PCRE2 reads the expression; its match limit stands in for the linear time of RE2'),
    fieldMatch: native,
    pools: approximate('a pool without an available target is a 502, not a 503'),
    tiers: emulated('a tier that fails hands over by error_page'),
    split: notYet,
    redirect: notYet,
    timeouts: approximate('the response timeout also bounds each pause within a response'),
    streamTimeout: approximate('the response timeout bounds each silence'),
    requestDeadline: approximate(
      'no new attempt begins after it; the last one may take longer, and each tier begins anew',
    ),
    retry: approximate(
      'the attempts are counted in each tier anew; within a tier only POST, PATCH and LOCK are not repeated',
    ),
    retryOnStatus: approximate(
      'such a status counts as a failed probe, with several tiers also a target’s own 502 and 504, and the next tier’s answer replaces the body',
    ),
    perTryTimeout: native,
    retryNonIdempotent: native,
    replayBodies: approximate('a body of any size is kept, on disk beyond 16 KB'),
    retryBudget: impossible('Nginx counts no retries of other requests'),
    backoff: impossible('Nginx does not wait between attempts'),
    hedging: impossible('Nginx sends a request to one target at a time'),
    fallback: native,
    fallbackOnStatus: approximate('a target’s own 502 and 504 count as unavailable'),
    fallbackOnTimeout: native,
    fallbackFile: notYet,
    fallbackRedirect: notYet,
    fallbackStale: notYet,
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
    mirror: notYet,
    faults: notYet,

    admin: approximate('/metrics has the four gauges of connections; open source Nginx counts nothing else'),
    adminKeys: impossible('Nginx has no admin API'),
    accessLog: approximate(
      'fields that Nginx does not know, such as the attempts, are missing; stdout must be a file or a pipe',
    ),
    accessLogSampling: notYet,
    tracing: notYet,
    prometheus: monitoring,
    grafana: monitoring,
    datadog: monitoring,
    objectives: monitoring,
    rawHaproxy: impossible('these lines are meant for HAProxy'),
    rawNginx: native,
  },
};
