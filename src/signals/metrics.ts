/** What a metric is called, what it counts, and what divides it. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

const metric = (type: Metric['type'], name: string, help: string, ...labels: string[]): Metric => ({
  name,
  type,
  help,
  labels,
});

/** Upper bounds in seconds; not whole numbers, because Prometheus 3 writes those as `1.0`. */
export const DURATION_BUCKETS: readonly number[] = [
  0.0025, 0.0055, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.1, 2.5, 5.5, 15.5,
];

/** Upper bounds in seconds of what is to be done within ten milliseconds. */
export const MOMENT_BUCKETS: readonly number[] = [0.0005, 0.0015, 0.0025, 0.005, 0.01, 0.025, 0.1];

/** Every metric of the bundled data plane. */
export const METRICS = {
  requests: metric(
    'counter',
    'spillway_http_requests_total',
    'Requests by final status; code 0 had no response.',
    'api',
    'route',
    'tier',
    'code',
  ),
  duration: metric(
    'histogram',
    'spillway_http_request_duration_seconds',
    'Time from the end of the request head to the last byte of the response.',
    'api',
    'route',
  ),
  inFlight: metric('gauge', 'spillway_http_requests_in_flight', 'Requests that wait for their response.', 'api'),
  connections: metric('gauge', 'spillway_client_connections', 'Open client connections.', 'api', 'listener'),
  connectionsRefused: metric(
    'counter',
    'spillway_client_connections_refused_total',
    'Client connections beyond the limit of their listener.',
    'api',
    'listener',
  ),
  connectionsTurnedAway: metric(
    'counter',
    'spillway_client_connections_turned_away_total',
    'Client connections for which the process had no descriptors left.',
    'api',
    'listener',
  ),
  targetRequests: metric(
    'counter',
    'spillway_target_requests_total',
    'Attempts by outcome: ok, 5xx, connect, timeout, reset, aborted.',
    'api',
    'tier',
    'target',
    'outcome',
  ),
  targetUp: metric(
    'gauge',
    'spillway_target_up',
    '1 while the health checks find the target healthy.',
    'api',
    'pool',
    'target',
  ),
  targetTransitions: metric(
    'counter',
    'spillway_target_health_transitions_total',
    'Changes of a target’s health.',
    'api',
    'pool',
    'target',
  ),
  targetStateDelay: metric(
    'histogram',
    'spillway_target_state_delay_seconds',
    'Time from what a probe has found to the process that goes by it.',
    'api',
  ),
  poolMembers: metric('gauge', 'spillway_pool_members', 'Targets of the pool, whatever their health.', 'api', 'pool'),
  lookupFailures: metric(
    'counter',
    'spillway_name_lookup_failures_total',
    'Lookups of a name that found nothing, or not all that they asked for; the last answer stays.',
    'api',
    'name',
  ),
  mirrored: metric(
    'counter',
    'spillway_mirrored_requests_total',
    'Copies of requests by outcome: sent, failed, dropped.',
    'api',
    'route',
    'outcome',
  ),
  tierSwitches: metric(
    'counter',
    'spillway_tier_switches_total',
    'Changes of the tier that serves a route.',
    'api',
    'route',
    'from',
    'to',
  ),
  fallbacks: metric(
    'counter',
    'spillway_fallback_responses_total',
    'Requests answered by the fallback response.',
    'api',
    'route',
  ),
  staleAnswers: metric(
    'counter',
    'spillway_stale_answers_total',
    'Fallbacks on an earlier answer, by whether there was one: hit, miss.',
    'api',
    'route',
    'outcome',
  ),
  staleOctets: metric(
    'gauge',
    'spillway_stale_store_octets',
    'Octets of earlier answers that are kept.',
    'api',
    'route',
  ),
  fallbackFileWritten: metric(
    'gauge',
    'spillway_fallback_file_written_timestamp_seconds',
    'When a file that a fallback answers with was written.',
    'api',
    'route',
    'file',
  ),
  fallbackFileStale: metric(
    'gauge',
    'spillway_fallback_file_stale',
    '1 while a file is older than its maxAge, or was changed and cannot be used.',
    'api',
    'route',
    'file',
  ),
  fallbackRenders: metric(
    'counter',
    'spillway_fallback_renders_total',
    'Rehearsals of the fallback response by outcome: ok, failed.',
    'api',
    'route',
    'outcome',
  ),
  rehearsals: metric(
    'counter',
    'spillway_rehearsals_total',
    'Requests that tried the next tier first, by outcome: ok, failed.',
    'api',
    'route',
    'outcome',
  ),
  rehearsalDuration: metric(
    'histogram',
    'spillway_rehearsal_duration_seconds',
    'Time to the head of the response: of rehearsals that went well, and of about as many requests of the primary.',
    'api',
    'route',
    'path',
  ),
  rehearsalSuccess: metric(
    'gauge',
    'spillway_rehearsal_last_success_timestamp_seconds',
    'When a rehearsal last went well.',
    'api',
    'route',
  ),
  rehearsalStopped: metric(
    'gauge',
    'spillway_rehearsal_stopped',
    'Processes in which rehearsals rest because too many failed.',
    'api',
    'route',
  ),
  splitRequests: metric(
    'counter',
    'spillway_split_requests_total',
    'Requests by the arm of the split that they were given to.',
    'api',
    'route',
    'arm',
  ),
  faults: metric(
    'counter',
    'spillway_faults_injected_total',
    'Staged failures by kind: abort, delay, reset, bodyRate.',
    'api',
    'route',
    'kind',
  ),
  retries: metric(
    'counter',
    'spillway_retries_total',
    'Attempts after the first, by what made them needed.',
    'api',
    'route',
    'reason',
  ),
  retriesSuppressed: metric(
    'counter',
    'spillway_retries_suppressed_total',
    'Attempts that were not made, by what forbade them.',
    'api',
    'route',
    'reason',
  ),
  badRequests: metric(
    'counter',
    'spillway_bad_requests_total',
    'Requests refused before a route was chosen, by status.',
    'api',
    'code',
  ),
  handshakeFailures: metric(
    'counter',
    'spillway_tls_handshake_failures_total',
    'TLS handshakes of clients that came to nothing.',
    'api',
    'listener',
  ),
  certificateNotAfter: metric(
    'gauge',
    'spillway_tls_certificate_not_after_timestamp_seconds',
    'When a certificate in service is over.',
    'api',
    'owner',
    'certificate',
  ),
  certificateStale: metric(
    'gauge',
    'spillway_tls_file_stale',
    '1 while a changed file cannot be used, and what it held before goes on.',
    'api',
    'owner',
    'file',
  ),
  reload: metric('gauge', 'spillway_config_last_reload_successful', '1 if the last configuration was accepted.', 'api'),
  build: metric('gauge', 'spillway_build_info', 'Always 1.', 'version'),
  workers: metric('gauge', 'spillway_workers', 'Processes that serve.', 'api'),
  workerRestarts: metric(
    'counter',
    'spillway_worker_restarts_total',
    'Processes that ended unasked and were started again.',
    'api',
  ),
} as const satisfies Record<string, Metric>;

/** Times at which something last happened: of an instance, the latest of its processes counts. */
export const LATEST: ReadonlySet<Metric> = new Set<Metric>([METRICS.rehearsalSuccess]);

/** Facts about all processes of an instance, which its primary tells. The other metrics are sums over its workers. */
export const OF_INSTANCE: ReadonlySet<Metric> = new Set<Metric>([
  METRICS.targetUp,
  METRICS.targetTransitions,
  METRICS.poolMembers,
  METRICS.lookupFailures,
  METRICS.tierSwitches,
  METRICS.reload,
  METRICS.build,
  METRICS.workers,
  METRICS.workerRestarts,
  METRICS.certificateNotAfter,
  METRICS.certificateStale,
  METRICS.fallbackFileWritten,
  METRICS.fallbackFileStale,
]);
