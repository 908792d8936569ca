// Generated from src/model by `npm run generate`; do not edit.
import type { Condition } from './condition';
import type { Duration } from './duration';
import type { Size } from './size';
import type { ITargetPool } from './target-pool';

/** One JSON object or one readable line a request. */
export enum AccessLogFormat {
  /** `json` */
  JSON = 'json',
  /** `text` */
  TEXT = 'text',
}

/** What its holder may do. */
export enum AdminRole {
  /** `read` */
  READ = 'read',
  /** `write` */
  WRITE = 'write',
}

/** How a target is chosen within a tier. */
export enum Algorithm {
  /** `roundRobin` */
  ROUND_ROBIN = 'roundRobin',
  /** `leastRequests` */
  LEAST_REQUESTS = 'leastRequests',
  /** `random` */
  RANDOM = 'random',
  /** `consistentHash` */
  CONSISTENT_HASH = 'consistentHash',
  /** `maglev` */
  MAGLEV = 'maglev',
}

/** What it stops requests to: one target, or all targets of a priority. */
export enum CircuitBreakerScope {
  /** `target` */
  TARGET = 'target',
  /** `tier` */
  TIER = 'tier',
}

/** undefined */
export enum ForwardedHeader {
  /** `xForwarded` */
  X_FORWARDED = 'xForwarded',
  /** `forwarded` */
  FORWARDED = 'forwarded',
  /** `via` */
  VIA = 'via',
}

/** How to probe; grpc in HTTP/2, whatever requests are sent in. Left out: http where a path is given, else tcp. */
export enum HealthCheckType {
  /** `tcp` */
  TCP = 'tcp',
  /** `http` */
  HTTP = 'http',
  /** `grpc` */
  GRPC = 'grpc',
}

/** Who goes first at the limit of a pool. Sheddable requests use nine tenths of it at most, so that others find a place at once. */
export enum PriorityClass {
  /** `critical` */
  CRITICAL = 'critical',
  /** `normal` */
  NORMAL = 'normal',
  /** `sheddable` */
  SHEDDABLE = 'sheddable',
}

/** What is spoken on the port. */
export enum Protocol {
  /** `http` */
  HTTP = 'http',
  /** `https` */
  HTTPS = 'https',
  /** `tcp` */
  TCP = 'tcp',
}

/** Begins each connection to a target with a PROXY protocol header that tells who asks. */
export enum ProxyProtocolVersion {
  /** `v1` */
  V1 = 'v1',
  /** `v2` */
  V2 = 'v2',
}

/** Of a tcp listener: the service plan, which bounds its concurrent connections. */
export enum ServicePlan {
  /** `p10` */
  P10 = 'p10',
  /** `p50` */
  P50 = 'p50',
  /** `p250` */
  P250 = 'p250',
  /** `p750` */
  P750 = 'p750',
  /** `p1500` */
  P1500 = 'p1500',
}

/** What the targets speak. */
export enum TargetProtocol {
  /** `http` */
  HTTP = 'http',
  /** `https` */
  HTTPS = 'https',
}

/** The oldest TLS version that is accepted. */
export enum TlsVersion {
  /** `1.2` */
  V1_2 = '1.2',
  /** `1.3` */
  V1_3 = '1.3',
}

/** One line for each request. */
export interface AccessLog {
  /**
   * A file, stdout or stderr.
   * @default "stdout"
   */
  readonly path?: string;
  /**
   * One JSON object or one readable line a request.
   * @default "json"
   */
  readonly format?: AccessLogFormat;
  /**
   * Share of the requests that are logged; failures always are. 0 to 100.
   * @default 100
   */
  readonly samplePercent?: number;
}

/** A limit that follows the latency of the targets: it falls when they slow down. */
export interface AdaptiveConcurrency {
  /**
   * Where the limit begins. 1 to 100000.
   * @default 20
   */
  readonly initial?: number;
  /**
   * The least limit. 1 to 100000.
   * @default 5
   */
  readonly min?: number;
  /**
   * The greatest limit. 1 to 100000.
   * @default 1000
   */
  readonly max?: number;
  /**
   * How much slower than usual answers may become before the limit falls. 10 to 1000.
   * @default 50
   */
  readonly tolerancePercent?: number;
}

/** Where the data plane tells how it is. */
export interface Admin {
  /**
   * The IP address to listen on.
   * @default "127.0.0.1"
   */
  readonly address?: string;
  /**
   * The port of /healthz, /metrics and the admin API. 1 to 65535.
   */
  readonly port: number;
  /**
   * Keys that open the admin API.
   * @default - an empty list
   */
  readonly keys?: AdminKey[];
}

/** A key of the admin API. */
export interface AdminKey {
  /**
   * The key; ${NAME} is taken from the environment where it runs.
   */
  readonly key: string;
  /**
   * What its holder may do.
   * @default "read"
   */
  readonly role?: AdminRole;
}

/** Keeps a client with its first choice. */
export interface Affinity {
  /**
   * The cookie that remembers the choice.
   */
  readonly cookie: string;
}

/** An API: its listeners, pools and routes. */
export interface ApiOptions {
  /**
   * Labels for what the platform creates.
   * @default - the defaults of its parts
   */
  readonly tags?: { [name: string]: string };
  /**
   * Where the data plane tells how it is.
   * @default - none
   */
  readonly admin?: Admin;
  /**
   * One line for each request.
   * @default - none
   */
  readonly accessLog?: AccessLog;
  /**
   * Distributed traces.
   * @default - none
   */
  readonly tracing?: Tracing;
  /**
   * How the API is watched.
   * @default - none
   */
  readonly monitoring?: MonitoringOptions;
  /**
   * Lines that are passed on as they are, and marked in the report.
   * @default - none
   */
  readonly raw?: RawLines;
  /**
   * Codes of problems that the user has read and accepts.
   * @default - an empty list
   */
  readonly accept?: string[];
}

/** A member of a pool. */
export interface Backend {
  /**
   * An IP address or DNS name, with or without a port.
   */
  readonly address: string;
  /**
   * The port, unless the address has one. 1 to 65535.
   * @default - none
   */
  readonly port?: number;
  /**
   * Share within its tier; 0 gets no traffic. 0 to 1000.
   * @default 1
   */
  readonly weight?: number;
  /**
   * Higher wins: a lower one serves only while nothing above it is available. -1000 to 1000.
   * @default 0
   */
  readonly priority?: number;
  /**
   * Whether it takes no new requests; those under way may finish.
   * @default false
   */
  readonly drain?: boolean;
}

/** A random wait before each further attempt, so that many clients do not come back at once. */
export interface Backoff {
  /**
   * Longest wait before the second attempt; doubled with each.
   * @default - 25ms
   */
  readonly base?: Duration;
  /**
   * Longest wait before any attempt.
   * @default - 250ms
   */
  readonly max?: Duration;
}

/** Stops requests to what keeps failing. */
export interface CircuitBreaker {
  /**
   * What it stops requests to: one target, or all targets of a priority.
   * @default "target"
   */
  readonly scope?: CircuitBreakerScope;
  /**
   * Share of failures that opens the breaker: no response, or a status of 500 and above. 1 to 100.
   * @default 50
   */
  readonly failurePercent?: number;
  /**
   * Failures in a row that open it as well, whatever their share and the number of requests. 1 to 1000.
   * @default - none
   */
  readonly consecutiveFailures?: number;
  /**
   * Requests in the window before their share of failures may open it. 1 to 100000.
   * @default 20
   */
  readonly minimumRequests?: number;
  /**
   * What it looks back on.
   * @default - 10s
   */
  readonly window?: Duration;
  /**
   * How long it stays open before a trial.
   * @default - 5s
   */
  readonly openFor?: Duration;
  /**
   * Successes in a row that close it, and the most requests that are under way until then. Probes do not close it. 1 to 100.
   * @default 3
   */
  readonly trialRequests?: number;
}

/** Certificates that clients present (mutual TLS). */
export interface ClientCertificates {
  /**
   * File of the authorities that sign client certificates, in PEM.
   */
  readonly authority: string;
  /**
   * Whether a client without a certificate is refused.
   * @default true
   */
  readonly required?: boolean;
}

/** Compresses what the target did not. */
export interface Compression {
  /**
   * The smallest body that is compressed.
   * @default - 1KB
   */
  readonly minimumSize?: Size;
}

/** Targets that the platform runs from an image. */
export interface Container {
  /**
   * The image, with its tag or digest.
   */
  readonly image: string;
  /**
   * The port that the container serves on. 1 to 65535.
   */
  readonly port: number;
  /**
   * What it runs. Left out: the image’s own command.
   * @default - none
   */
  readonly command?: string[];
  /**
   * Environment variables.
   * @default - the defaults of its parts
   */
  readonly environment?: { [name: string]: string };
  /**
   * Environment variables from the platform’s secret store.
   * @default - the defaults of its parts
   */
  readonly secrets?: { [name: string]: string };
  /**
   * CPU units; 1024 are one core. 64 to 65536.
   * @default 256
   */
  readonly cpu?: number;
  /**
   * Memory.
   * @default - 512MB
   */
  readonly memory?: Size;
}

/** Cross-origin requests (the Fetch standard). */
export interface Cors {
  /**
   * Origins that may read the answers; "*" is every one.
   */
  readonly origins: string[];
  /**
   * Methods that they may use.
   * @default ["GET","HEAD","POST"]
   */
  readonly methods?: string[];
  /**
   * Request header fields that they may send.
   * @default - an empty list
   */
  readonly headers?: string[];
  /**
   * Whether they may send credentials.
   * @default false
   */
  readonly credentials?: boolean;
  /**
   * How long a browser may remember this.
   * @default - 10m
   */
  readonly maxAge?: Duration;
}

/** Monitors and dashboards. */
export interface Datadog {}

/** Targets that DNS knows. They come and go with its answers; a lookup that finds none keeps the last. */
export interface Discover {
  /**
   * A name whose addresses (A, AAAA) are the targets, or, where it begins with "_", whose SRV records name them.
   */
  readonly dns: string;
  /**
   * The port of every target; left out for SRV records, which have their own, and weights and priorities. 1 to 65535.
   * @default - none
   */
  readonly port?: number;
  /**
   * How often the name is resolved at least; as its TTL asks, where that is shorter.
   * @default - 10s
   */
  readonly interval?: Duration;
}

/** The same answer in another form. */
export interface FallbackAlternative {
  /**
   * The media type that a client must accept, and that it gets.
   */
  readonly contentType: string;
  /**
   * The body as text.
   * @default - none
   */
  readonly text?: string;
  /**
   * The file that has the body, relative to the description.
   * @default - none
   */
  readonly file?: string;
}

/** A file. */
export interface FallbackFile {
  /**
   * The file, relative to the description.
   */
  readonly path: string;
  /**
   * Its media type. Left out: by the file’s ending.
   * @default - none
   */
  readonly contentType?: string;
  /**
   * The age at which the file counts as stale and raises an alert.
   * @default - none
   */
  readonly maxAge?: Duration;
}

/** The answer when nothing else can answer. */
export interface FallbackOptions {
  /**
   * When it answers: no target did, or the final status is listed.
   * @default - none
   */
  readonly on?: Condition[];
  /**
   * The status to answer with. Left out: the failing one; 200 where the route has nothing that could fail. 200 to 599.
   * @default - none
   */
  readonly status?: number;
  /**
   * Header fields of the answer.
   * @default - the defaults of its parts
   */
  readonly headers?: { [name: string]: string };
  /**
   * The last good answer, for GET and HEAD without credentials; what stands beside it answers where there is none.
   * @default - none
   */
  readonly stale?: FallbackStale;
  /**
   * Other forms, chosen by what the client accepts (RFC 9110, section 12.5.1); the body is for all others.
   * @default - an empty list
   */
  readonly alternatives?: FallbackAlternative[];
}

/** A redirect to another place. */
export interface FallbackRedirect {
  /**
   * Where to send the client.
   */
  readonly location: string;
  /**
   * The status of the redirect.
   * @default 302
   */
  readonly status?: number;
}

/** The last good answer, for GET and HEAD without credentials; what stands beside it answers where there is none. */
export interface FallbackStale {
  /**
   * The oldest answer that is given again.
   */
  readonly maxAge: Duration;
}

/** A staged failure. */
export interface Fault {
  /**
   * Answers in place of the targets.
   * @default - none
   */
  readonly abort?: FaultAbort;
  /**
   * Holds the request back.
   * @default - none
   */
  readonly delay?: Duration;
  /**
   * Whether the client’s connection is reset in place of an answer.
   * @default false
   */
  readonly reset?: boolean;
  /**
   * Hands on this much of the response’s body each second.
   * @default - none
   */
  readonly bodyRate?: Size;
  /**
   * Share of the requests. 0 to 100.
   * @default 100
   */
  readonly percent?: number;
  /**
   * Only requests that have this header field.
   * @default - none
   */
  readonly header?: string;
  /**
   * When the fault begins. Left out: at once.
   * @default - none
   */
  readonly from?: string;
  /**
   * When the fault ends by itself. Left out: an hour after it began.
   * @default - none
   */
  readonly until?: string;
}

/** Answers in place of the targets. */
export interface FaultAbort {
  /**
   * The status to answer with. 200 to 599.
   */
  readonly status: number;
}

/** Holds a target down that goes up and down too often. */
export interface FlapDamping {
  /**
   * Changes between up and down within the window. 2 to 1000.
   * @default 5
   */
  readonly changes?: number;
  /**
   * What is looked back on.
   * @default - 1m
   */
  readonly window?: Duration;
  /**
   * How long the target is then held down; twice as long with each time in a row, up to ten times as long.
   * @default - 30s
   */
  readonly holdDown?: Duration;
}

/** Dashboards. */
export interface Grafana {}

/** A header field that a request must have. */
export interface HeaderMatch {
  /**
   * Name of the header field.
   */
  readonly name: string;
  /**
   * Its exact value.
   */
  readonly value: string;
}

/** Active probes; on by default (TCP). */
export interface HealthCheck {
  /**
   * How to probe; grpc in HTTP/2, whatever requests are sent in. Left out: http where a path is given, else tcp.
   * @default - none
   */
  readonly type?: HealthCheckType;
  /**
   * What an http probe asks for. Left out: /
   * @default - none
   */
  readonly path?: string;
  /**
   * From one probe of a target to the next.
   * @default - 2s
   */
  readonly interval?: Duration;
  /**
   * How long one probe may take.
   * @default - 1s
   */
  readonly timeout?: Duration;
  /**
   * Successes in a row that bring a target up. 1 to 100.
   * @default 2
   */
  readonly healthyThreshold?: number;
  /**
   * Failures in a row that take a target down. 1 to 100.
   * @default 3
   */
  readonly unhealthyThreshold?: number;
  /**
   * What an http probe takes as healthy.
   * @default ["200-299"]
   */
  readonly expectedStatus?: string[];
  /**
   * Text that the first 64 KB of the body must contain for an http probe to succeed.
   * @default - none
   */
  readonly expectedBody?: string;
  /**
   * The service that a grpc probe asks about. Left out: the server as a whole.
   * @default - none
   */
  readonly service?: string;
  /**
   * Holds a target down that goes up and down too often.
   * @default - none
   */
  readonly flapDamping?: FlapDamping;
  /**
   * Spreads the probes of many targets over the interval. 0 to 100.
   * @default 10
   */
  readonly jitterPercent?: number;
}

/** What a client may send, and how slowly. */
export interface ListenerLimits {
  /**
   * Request line and header fields together; 431 beyond.
   * @default - 16KB
   */
  readonly head?: Size;
  /**
   * Request target, the path with its query; 414 beyond.
   * @default - 8KB
   */
  readonly uri?: Size;
  /**
   * Number of header fields; 431 beyond. 1 to 1000.
   * @default 100
   */
  readonly headers?: number;
  /**
   * Request body; 413 beyond. Left out: no limit.
   * @default - none
   */
  readonly body?: Size;
  /**
   * From the first byte of a request to the end of its head; 408 beyond.
   * @default - 10s
   */
  readonly headTimeout?: Duration;
  /**
   * Between two reads of a request body; 408 beyond.
   * @default - 30s
   */
  readonly bodyTimeout?: Duration;
  /**
   * Connections of clients at once, of the whole instance; more are refused. Left out: no limit. 1 to 10000000.
   * @default - none
   */
  readonly connections?: number;
  /**
   * How long a client connection without a request is kept.
   * @default - 60s
   */
  readonly idleTimeout?: Duration;
}

/** An address and port that clients connect to. */
export interface ListenerOptions {
  /**
   * The IP address to listen on.
   * @default "0.0.0.0"
   */
  readonly address?: string;
  /**
   * The port to listen on. 1 to 65535.
   */
  readonly port: number;
  /**
   * What is spoken on the port.
   * @default "http"
   */
  readonly protocol?: Protocol;
  /**
   * An https listener: every request is sent there with status 308.
   * @default - none
   */
  readonly redirectTo?: string;
  /**
   * Whether HTTP/2 is offered to clients.
   * @default false
   */
  readonly http2?: boolean;
  /**
   * How a listener terminates TLS.
   * @default - none
   */
  readonly tls?: Tls;
  /**
   * Whether connections begin with a PROXY protocol header. It is believed: let only proxies reach the port.
   * @default false
   */
  readonly proxyProtocol?: boolean;
  /**
   * How targets are told who asks: X-Forwarded-For, -Host and -Proto; Forwarded; Via.
   * @default ["xForwarded"]
   */
  readonly forwardedHeaders?: ForwardedHeader[];
  /**
   * Whose X-Forwarded-For and Forwarded are believed.
   * @default - an empty list
   */
  readonly trustedProxies?: string[];
  /**
   * What a client may send, and how slowly.
   * @default - the defaults of its parts
   */
  readonly limits?: ListenerLimits;
  /**
   * Of a tcp listener: the pools, in the order of failover.
   * @default - none
   */
  readonly tiers?: ITargetPool[];
  /**
   * Of a tcp listener: how long a silent connection is kept.
   * @default - none
   */
  readonly idleTimeout?: Duration;
  /**
   * Of a tcp listener: the service plan, which bounds its concurrent connections.
   * @default - none
   */
  readonly plan?: ServicePlan;
}

/** Targets that the platform runs on machines of their own. */
export interface Machine {
  /**
   * The machine image. Left out: the platform’s current Debian.
   * @default - none
   */
  readonly image?: string;
  /**
   * The machine type in the platform’s words.
   */
  readonly type: string;
  /**
   * The port that the machine serves on. 1 to 65535.
   */
  readonly port: number;
  /**
   * A command that starts the API.
   * @default - none
   */
  readonly startScript?: string;
}

/** Copies requests to another pool. */
export interface Mirror {
  /**
   * The pool that gets a copy of the requests; its answers are discarded.
   */
  readonly pool: ITargetPool;
  /**
   * Share of the requests. 0 to 100.
   * @default 100
   */
  readonly percent?: number;
}

/** How the API is watched. */
export interface MonitoringOptions {
  /**
   * Scrape configuration, rules and alerts.
   * @default - none
   */
  readonly prometheus?: Prometheus;
  /**
   * Dashboards.
   * @default - none
   */
  readonly grafana?: Grafana;
  /**
   * Monitors and dashboards.
   * @default - none
   */
  readonly datadog?: Datadog;
  /**
   * What the API promises.
   * @default - none
   */
  readonly objectives?: ObjectiveOptions[];
}

/** A service level objective. */
export interface ObjectiveOptions {
  /**
   * The route. Left out: the whole API.
   * @default - none
   */
  readonly route?: string;
  /**
   * Share of requests that succeed. 0 to 100.
   * @default - none
   */
  readonly availabilityPercent?: number;
  /**
   * Time within which `percent` of the requests are answered.
   * @default - none
   */
  readonly latency?: Duration;
  /**
   * Share of the requests that keep to `latency`. 0 to 100.
   * @default - none
   */
  readonly percent?: number;
  /**
   * The period.
   * @default - 30d
   */
  readonly over?: Duration;
}

/** Passive removal of targets that fail real requests. */
export interface OutlierEjection {
  /**
   * Failures of real requests in a row: no response, or a status of 500 and above. Requests that clients left do not count. 1 to 1000.
   * @default 5
   */
  readonly consecutiveFailures?: number;
  /**
   * Gateway failures in a row: no response, or 502, 503, 504. Left out: they count as other failures do. 1 to 1000.
   * @default - none
   */
  readonly gatewayFailures?: number;
  /**
   * Ejection of targets that succeed less often than the others.
   * @default - none
   */
  readonly successRate?: SuccessRate;
  /**
   * Length of the first ejection; it grows by that with each, and shrinks with as much good time. Probes do not end it.
   * @default - 30s
   */
  readonly baseTime?: Duration;
  /**
   * Longest ejection.
   * @default - 5m
   */
  readonly maxTime?: Duration;
  /**
   * Greatest share of a pool that is ejected at once; at least one target, unless it is 0. Never the last one that a route has available. 0 to 100.
   * @default 50
   */
  readonly maxPercent?: number;
}

/** What a pool takes on. */
export interface PoolLimits {
  /**
   * Requests in flight in each tier. Left out: no limit. 1 to 1000000.
   * @default - none
   */
  readonly concurrency?: number;
  /**
   * A limit that follows the latency of the targets: it falls when they slow down.
   * @default - none
   */
  readonly adaptive?: AdaptiveConcurrency;
  /**
   * Requests that wait at the limit. 0 to 1000000.
   * @default 0
   */
  readonly queue?: number;
  /**
   * How long a request waits.
   * @default - 500ms
   */
  readonly queueTimeout?: Duration;
  /**
   * Connections to one target; while all of them are busy, others get the requests. Left out: no limit. 1 to 100000.
   * @default - none
   */
  readonly connectionsPerTarget?: number;
}

/** Targets that share a policy. */
export interface PoolOptions {
  /**
   * How many targets run.
   * @default - none
   */
  readonly scaling?: ScalingOptions;
  /**
   * What the targets speak.
   * @default "http"
   */
  readonly protocol?: TargetProtocol;
  /**
   * Whether the targets are spoken to in HTTP/2: by ALPN over TLS, with prior knowledge without.
   * @default false
   */
  readonly http2?: boolean;
  /**
   * How TLS to targets is done.
   * @default - none
   */
  readonly tls?: TargetTls;
  /**
   * Begins each connection to a target with a PROXY protocol header that tells who asks.
   * @default - none
   */
  readonly proxyProtocol?: ProxyProtocolVersion;
  /**
   * How a target is chosen within a tier.
   * @default "roundRobin"
   */
  readonly algorithm?: Algorithm;
  /**
   * What is hashed: clientAddress, path, header:NAME, cookie:NAME or query:NAME. Left out: clientAddress. A request that has no such thing takes its turn, as in roundRobin.
   * @default - none
   */
  readonly hashKey?: string;
  /**
   * Active probes; on by default (TCP).
   * @default - the defaults of its parts
   */
  readonly healthCheck?: HealthCheck;
  /**
   * Passive removal of targets that fail real requests.
   * @default - none
   */
  readonly outlierEjection?: OutlierEjection;
  /**
   * Stops requests to what keeps failing.
   * @default - none
   */
  readonly circuitBreaker?: CircuitBreaker;
  /**
   * What a pool takes on.
   * @default - none
   */
  readonly limits?: PoolLimits;
  /**
   * Over which time a target that has come up gets its full share, from a tenth of it on.
   * @default - none
   */
  readonly slowStart?: Duration;
  /**
   * How long a leaving target may finish its requests. Left out: as long as they take.
   * @default - none
   */
  readonly drainTimeout?: Duration;
  /**
   * Share of healthy targets of a tier below which health is ignored and all of them are used; 0 never. A tier without a healthy one is passed over as long as there is another. 0 to 100.
   * @default 0
   */
  readonly panicPercent?: number;
  /**
   * Whether the pool serves safe methods only.
   * @default false
   */
  readonly readOnly?: boolean;
}

/** Scrape configuration, rules and alerts. */
export interface Prometheus {}

/** A query parameter that a request must have. */
export interface QueryMatch {
  /**
   * Name of the parameter.
   */
  readonly name: string;
  /**
   * Its exact value, decoded.
   */
  readonly value: string;
}

/** Bounds the requests of each client; 429 beyond. */
export interface RateLimit {
  /**
   * How many requests. 1 to 1000000000.
   */
  readonly requests: number;
  /**
   * In which time.
   * @default - 1s
   */
  readonly per?: Duration;
  /**
   * How many may come at once. Left out: as many as requests. 1 to 1000000000.
   * @default - none
   */
  readonly burst?: number;
  /**
   * Whose: clientAddress, header:NAME, cookie:NAME or query:NAME. A request without that field counts by its client’s address; of an IPv6 address its /64 counts.
   * @default "clientAddress"
   */
  readonly key?: string;
}

/** Lines for HAProxy’s sections. */
export interface RawHaproxyLines {
  /**
   * Lines for "global".
   * @default - none
   */
  readonly global?: string[];
  /**
   * Lines for "defaults".
   * @default - none
   */
  readonly defaults?: string[];
  /**
   * Lines for "frontend".
   * @default - none
   */
  readonly frontend?: string[];
  /**
   * Lines for "backend".
   * @default - none
   */
  readonly backend?: string[];
}

/** Lines that are passed on as they are, and marked in the report. */
export interface RawLines {
  /**
   * Lines for HAProxy’s sections.
   * @default - none
   */
  readonly haproxy?: RawHaproxyLines;
  /**
   * Lines for Nginx’s contexts.
   * @default - none
   */
  readonly nginx?: RawNginxLines;
}

/** Lines for Nginx’s contexts. */
export interface RawNginxLines {
  /**
   * Lines for "main".
   * @default - none
   */
  readonly main?: string[];
  /**
   * Lines for "events".
   * @default - none
   */
  readonly events?: string[];
  /**
   * Lines for "http".
   * @default - none
   */
  readonly http?: string[];
  /**
   * Lines for "server".
   * @default - none
   */
  readonly server?: string[];
}

/** Sends the client elsewhere. */
export interface Redirect {
  /**
   * The new host. Left out: the request’s.
   * @default - none
   */
  readonly host?: string;
  /**
   * The new path; a final /* carries over what the route’s own /* matched. Left out: the request’s.
   * @default - none
   */
  readonly path?: string;
  /**
   * The status of the redirect.
   * @default 308
   */
  readonly status?: number;
}

/** Sends a small share of real requests through the next tier, so that it is known to work. */
export interface Rehearsal {
  /**
   * Share of the requests that try the next tier first. 0 to 100.
   * @default 1
   */
  readonly percent?: number;
  /**
   * Methods besides the safe ones.
   * @default - an empty list
   */
  readonly methods?: string[];
  /**
   * Response timeout of the rehearsal’s attempt.
   * @default - 1s
   */
  readonly timeout?: Duration;
  /**
   * Share of failures at which the rehearsal stops by itself. 0 to 100.
   * @default 10
   */
  readonly maxFailurePercent?: number;
}

/** Replaces parts of a response under a condition. */
export interface ResponseRewrite {
  /**
   * Conditions such as ["status", "==", 404], all of which must hold, as in Apache APISIX’s vars: == ~= > >= < <= ~~ ~* in has ipmatch, "!" before them, and AND, OR, !AND, !OR.
   * @default - an empty list
   */
  readonly when?: unknown[];
  /**
   * The new status. 200 to 599.
   * @default - none
   */
  readonly status?: number;
  /**
   * Header fields to set.
   * @default - the defaults of its parts
   */
  readonly headers?: { [name: string]: string };
  /**
   * A JSON body in place of the response’s.
   * @default - none
   */
  readonly json?: unknown;
  /**
   * A text body in place of the response’s.
   * @default - none
   */
  readonly text?: string;
}

/** When and how often another target is tried. */
export interface Retry {
  /**
   * What makes another target be tried.
   * @default - none
   */
  readonly on?: Condition[];
  /**
   * Attempts for one request, the first included. 1 to 10.
   * @default 3
   */
  readonly attempts?: number;
  /**
   * Response timeout of one attempt. Left out: timeouts.response.
   * @default - none
   */
  readonly perTryTimeout?: Duration;
  /**
   * Whether POST and PATCH are sent again after their first byte went out.
   * @default false
   */
  readonly nonIdempotent?: boolean;
  /**
   * Request body that is kept so that it can be sent again.
   * @default - 64KB
   */
  readonly bufferLimit?: Size;
  /**
   * A random wait before each further attempt, so that many clients do not come back at once.
   * @default - none
   */
  readonly backoff?: Backoff;
  /**
   * Extra attempts for each hundred requests, so that retries cannot multiply an outage. 0 to 100.
   * @default 20
   */
  readonly budgetPercent?: number;
  /**
   * When a slow idempotent request is sent to a second target as well.
   * @default - none
   */
  readonly hedgeAfter?: Duration;
}

/** Changes what targets and clients see. */
export interface Rewrite {
  /**
   * The path that the target sees; a final /* carries over what the route’s own /* matched.
   * @default - none
   */
  readonly path?: string;
  /**
   * The host that the target sees.
   * @default - none
   */
  readonly host?: string;
  /**
   * Request header fields to set.
   * @default - the defaults of its parts
   */
  readonly setHeaders?: { [name: string]: string };
  /**
   * Request header fields to remove.
   * @default - an empty list
   */
  readonly removeHeaders?: string[];
  /**
   * Response header fields to set.
   * @default - the defaults of its parts
   */
  readonly setResponseHeaders?: { [name: string]: string };
  /**
   * Response header fields to remove.
   * @default - an empty list
   */
  readonly removeResponseHeaders?: string[];
}

/** Which requests go where, and what happens when that fails. */
export interface RouteOptions {
  /**
   * Where it applies. Left out: every http and https listener.
   * @default - none
   */
  readonly listeners?: string[];
  /**
   * Hosts. Left out: every host.
   * @default - none
   */
  readonly hosts?: string[];
  /**
   * Exact; a prefix if it ends in /*; a linear-time expression if it begins with ~.
   * @default "/*"
   */
  readonly path?: string;
  /**
   * Methods. Left out: every method.
   * @default - none
   */
  readonly methods?: string[];
  /**
   * Header fields, all of which a request must have.
   * @default - an empty list
   */
  readonly headers?: HeaderMatch[];
  /**
   * Query parameters, all of which a request must have.
   * @default - an empty list
   */
  readonly query?: QueryMatch[];
  /**
   * Higher wins; then the more specific match. -1000 to 1000.
   * @default 0
   */
  readonly priority?: number;
  /**
   * How long each step may take.
   * @default - the defaults of its parts
   */
  readonly timeouts?: Timeouts;
  /**
   * When and how often another target is tried.
   * @default - the defaults of its parts
   */
  readonly retry?: Retry;
  /**
   * Sends a small share of real requests through the next tier, so that it is known to work.
   * @default - none
   */
  readonly rehearsal?: Rehearsal;
  /**
   * Who goes first at the limit of a pool. Sheddable requests use nine tenths of it at most, so that others find a place at once.
   * @default "normal"
   */
  readonly priorityClass?: PriorityClass;
  /**
   * Keeps a client with its first choice.
   * @default - none
   */
  readonly affinity?: Affinity;
  /**
   * Bounds the requests of each client; 429 beyond.
   * @default - none
   */
  readonly rateLimit?: RateLimit;
  /**
   * Changes what targets and clients see.
   * @default - none
   */
  readonly rewrite?: Rewrite;
  /**
   * Changes of responses, in order; the first that fits.
   * @default - an empty list
   */
  readonly responseRewrite?: ResponseRewrite[];
  /**
   * Cross-origin requests (the Fetch standard).
   * @default - none
   */
  readonly cors?: Cors;
  /**
   * Compresses what the target did not.
   * @default - none
   */
  readonly compression?: Compression;
  /**
   * Copies requests to another pool.
   * @default - none
   */
  readonly mirror?: Mirror;
  /**
   * Staged failures.
   * @default - none
   */
  readonly faults?: Fault[];
}

/** How many targets run. */
export interface ScalingOptions {
  /**
   * Least number of targets. 0 to 10000.
   * @default 2
   */
  readonly min?: number;
  /**
   * Greatest number of targets. 1 to 10000.
   * @default 10
   */
  readonly max?: number;
  /**
   * Load of a target at which another is added. 1 to 1000000.
   * @default - none
   */
  readonly requestsPerSecondPerTarget?: number;
  /**
   * CPU of a target at which another is added. 1 to 100.
   * @default - none
   */
  readonly cpuPercent?: number;
}

/** Divides requests by weight, for a canary or an A-B test. */
export interface Split {
  /**
   * The sides, with their weights.
   */
  readonly arms: SplitArm[];
  /**
   * Keeps a client with its first choice.
   * @default - none
   */
  readonly affinity?: Affinity;
}

/** One side of a split. */
export interface SplitArm {
  /**
   * Name of the arm, for metrics.
   */
  readonly name: string;
  /**
   * The pools, in the order of failover.
   */
  readonly tiers: ITargetPool[];
  /**
   * Share of the requests. 0 to 1000.
   */
  readonly weight: number;
}

/** Ejection of targets that succeed less often than the others. */
export interface SuccessRate {
  /**
   * Requests to a target in the window before it is judged. 1 to 100000.
   * @default 100
   */
  readonly minimumRequests?: number;
  /**
   * Targets with that many requests before any is judged. 2 to 10000.
   * @default 5
   */
  readonly minimumTargets?: number;
  /**
   * Standard deviations below the mean of the pool at which a target is ejected. 0.1 to 10.
   * @default 1.9
   */
  readonly deviations?: number;
  /**
   * What is looked back on.
   * @default - 10s
   */
  readonly window?: Duration;
}

/** How TLS to targets is done. */
export interface TargetTls {
  /**
   * Whether the target’s certificate must be valid for its name.
   * @default true
   */
  readonly verify?: boolean;
  /**
   * File of the authorities that sign the targets’ certificates, in PEM. Left out: those that Node.js trusts.
   * @default - none
   */
  readonly authority?: string;
  /**
   * The name that is asked for and must stand in the certificate. Left out: the target’s address.
   * @default - none
   */
  readonly serverName?: string;
  /**
   * File of the certificate that is presented to targets, in PEM.
   * @default - none
   */
  readonly certificate?: string;
  /**
   * File of its private key, in PEM.
   * @default - none
   */
  readonly key?: string;
  /**
   * The oldest TLS version that is accepted.
   * @default "1.2"
   */
  readonly minVersion?: TlsVersion;
}

/** How long each step may take. */
export interface Timeouts {
  /**
   * To connect to a target.
   * @default - 1s
   */
  readonly connect?: Duration;
  /**
   * From the request’s last byte to the response’s first.
   * @default - 15s
   */
  readonly response?: Duration;
  /**
   * For all attempts together, up to the response’s first byte.
   * @default - 30s
   */
  readonly request?: Duration;
  /**
   * Silence within a response, or of both sides of an upgraded connection such as a WebSocket.
   * @default - 5m
   */
  readonly idle?: Duration;
}

/** How a listener terminates TLS. */
export interface Tls {
  /**
   * One or more; the name that the client asks for chooses, and the first is for everybody else.
   * @default - none
   */
  readonly certificates?: TlsCertificate[];
  /**
   * Folder of certificates, watched: NAME.pem with its key inside, or NAME.crt or NAME.pem beside NAME.key.
   * @default - none
   */
  readonly directory?: string;
  /**
   * The oldest TLS version that is accepted.
   * @default "1.2"
   */
  readonly minVersion?: TlsVersion;
  /**
   * Cipher suites in OpenSSL syntax. Left out: the data plane’s own list.
   * @default - none
   */
  readonly ciphers?: string;
  /**
   * Certificates that clients present (mutual TLS).
   * @default - none
   */
  readonly clientCertificates?: ClientCertificates;
}

/** A certificate and its key. */
export interface TlsCertificate {
  /**
   * File of the certificate and its chain, in PEM.
   */
  readonly certificate: string;
  /**
   * File of the private key, in PEM.
   */
  readonly key: string;
}

/** Distributed traces. */
export interface Tracing {
  /**
   * Where spans are sent (OTLP over HTTP).
   */
  readonly otlp: string;
  /**
   * Share of the requests that are traced. 0 to 100.
   * @default 1
   */
  readonly samplePercent?: number;
}
