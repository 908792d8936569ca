import {
  AccessLogFormat,
  AdminRole,
  Algorithm,
  CircuitBreakerScope,
  Condition,
  Duration,
  Fallback,
  FallbackRoute,
  ForwardedHeader,
  HealthCheckType,
  type ListenerOptions,
  type Platform,
  PriorityClass,
  Protocol,
  ProxyProtocolVersion,
  type ScalableApi,
  type ScalableApiProps,
  ServicePlan,
  Size,
  TargetProtocol,
  Targets,
  TlsVersion,
} from '../../src/constructs';
import { newApi } from './support';

const SECURE: ListenerOptions = {
  port: 8443,
  protocol: Protocol.HTTPS,
  http2: true,
  tls: {
    directory: 'certificates',
    certificates: [{ certificate: 'shop.pem', key: 'shop.key' }],
    minVersion: TlsVersion.V1_2,
    clientCertificates: { authority: 'ca.pem', required: false },
  },
  proxyProtocol: false,
  forwardedHeaders: [ForwardedHeader.X_FORWARDED, ForwardedHeader.FORWARDED, ForwardedHeader.VIA],
  trustedProxies: ['10.0.0.0/8'],
  limits: {
    head: Size.kibibytes(16),
    headers: 100,
    body: Size.mebibytes(10),
    connections: 10_000,
    headTimeout: Duration.seconds(10),
    bodyTimeout: Duration.seconds(30),
    idleTimeout: Duration.minutes(1),
  },
};

const OPTIONS: Omit<ScalableApiProps, 'platform'> = {
  apiName: 'shop',
  tags: { team: 'web' },
  listeners: {
    web: { address: '127.0.0.1', port: 8080 },
    plain: { port: 80, redirectTo: 'secure' },
    secure: SECURE,
  },
  admin: { address: '127.0.0.1', port: 9180, keys: [{ key: '${SPILLWAY_ADMIN_KEY}', role: AdminRole.WRITE }] },
  accessLog: { path: 'stdout', format: AccessLogFormat.JSON, samplePercent: 100 },
  tracing: { otlp: 'http://127.0.0.1:4318', samplePercent: 1 },
  monitoring: {
    prometheus: {},
    grafana: {},
    objectives: [
      { route: 'catalogue', availabilityPercent: 99.9, over: Duration.days(30) },
      { route: 'checkout', latency: Duration.millis(250), percent: 99, over: Duration.days(30) },
    ],
  },
  raw: { haproxy: { global: ['tune.bufsize 32768'] } },
  accept: [],
};

const ERRORS = [502, 503, 504].map((status) => Condition.status(status));

/** The API of test/fixtures/shop.yaml, written as a program. */
export function shopInConstructs(platform: Platform): ScalableApi {
  const api = newApi({ platform, ...OPTIONS });
  const pools = addPools(api);
  api.addListener('orders', {
    address: '10.0.0.10',
    port: 5432,
    protocol: Protocol.TCP,
    tiers: [pools.db],
    idleTimeout: Duration.minutes(5),
    plan: ServicePlan.P50,
  });
  addRoutes(api, pools);
  return api;
}

function addPools(api: ScalableApi) {
  const live = api.addTargetPool('live', {
    targets: Targets.of(
      { address: '10.0.1.4', port: 8080, weight: 2 },
      { address: '10.0.1.5:8080' },
      { address: '10.0.1.6:8080', priority: -1, drain: false },
    ),
    algorithm: Algorithm.ROUND_ROBIN,
    healthCheck: {
      type: HealthCheckType.HTTP,
      path: '/healthz',
      interval: Duration.seconds(2),
      timeout: Duration.seconds(1),
      healthyThreshold: 2,
      unhealthyThreshold: 3,
      expectedStatus: ['200-299'],
      expectedBody: 'ok',
      flapDamping: { changes: 5, window: Duration.minutes(1), holdDown: Duration.seconds(30) },
      jitterPercent: 10,
    },
    outlierEjection: {
      consecutiveFailures: 5,
      gatewayFailures: 3,
      successRate: { minimumRequests: 100, minimumTargets: 5, deviations: 1.9, window: Duration.seconds(10) },
      baseTime: Duration.seconds(30),
      maxTime: Duration.minutes(5),
      maxPercent: 50,
    },
    circuitBreaker: {
      scope: CircuitBreakerScope.TARGET,
      failurePercent: 50,
      consecutiveFailures: 10,
      minimumRequests: 20,
      window: Duration.seconds(10),
      openFor: Duration.seconds(5),
      trialRequests: 3,
    },
    limits: { concurrency: 200, queue: 100, queueTimeout: Duration.millis(500), connectionsPerTarget: 1000 },
    slowStart: Duration.seconds(30),
    drainTimeout: Duration.seconds(30),
    panicPercent: 0,
  });
  const standby = api.addTargetPool('standby', {
    targets: Targets.discover({ dns: 'standby.internal', port: 8080, interval: Duration.seconds(10) }),
    proxyProtocol: ProxyProtocolVersion.V2,
    limits: { adaptive: { initial: 20, min: 5, max: 200, tolerancePercent: 50 } },
    readOnly: true,
  });
  const partner = api.addTargetPool('partner', {
    targets: Targets.of({ address: 'partner.example.com', port: 443 }),
    protocol: TargetProtocol.HTTPS,
    http2: true,
    tls: {
      verify: true,
      authority: 'ca.pem',
      serverName: 'api.partner.example.com',
      certificate: 'shop.pem',
      key: 'shop.key',
      minVersion: TlsVersion.V1_3,
    },
  });
  const next = api.addTargetPool('next', {
    targets: Targets.container({
      image: 'acme/shop:2.0',
      port: 8080,
      command: ['node', 'server.js'],
      environment: { MODE: 'shop' },
      secrets: { DB_URL: 'shop/db' },
      cpu: 512,
      memory: Size.gibibytes(1),
    }),
    scaling: { min: 2, max: 40, requestsPerSecondPerTarget: 500, cpuPercent: 60 },
  });
  const db = api.addTargetPool('db', {
    targets: Targets.discover({ dns: 'db.internal', port: 5432 }),
    algorithm: Algorithm.MAGLEV,
    hashKey: 'clientAddress',
    healthCheck: { type: HealthCheckType.TCP, interval: Duration.seconds(1) },
  });
  return { live, standby, partner, next, db };
}

function addRoutes(api: ScalableApi, { live, standby, partner, next }: ReturnType<typeof addPools>): void {
  new FallbackRoute(api, 'catalogue', {
    listeners: ['secure'],
    hosts: ['shop.example.com'],
    path: '/catalogue/*',
    methods: ['GET', 'HEAD'],
    headers: [{ name: 'X-Beta', value: '1' }],
    query: [{ name: 'v', value: '2' }],
    priority: 0,
    tiers: [live, standby],
    timeouts: {
      connect: Duration.millis(250),
      response: Duration.seconds(2),
      request: Duration.seconds(5),
      idle: Duration.minutes(10),
    },
    retry: {
      on: [Condition.CONNECT_FAILURE, Condition.RESET, Condition.TIMEOUT, ...ERRORS],
      attempts: 3,
      perTryTimeout: Duration.seconds(2),
      nonIdempotent: false,
      bufferLimit: Size.kibibytes(64),
      budgetPercent: 20,
      backoff: { base: Duration.millis(25), max: Duration.millis(250) },
      hedgeAfter: Duration.millis(100),
    },
    fallback: Fallback.json(
      { message: 'Back in a minute.' },
      {
        on: [Condition.UNAVAILABLE, ...ERRORS],
        status: 503,
        headers: { 'Retry-After': '5' },
        alternatives: [{ contentType: 'text/html', text: '<p>Back in a minute.</p>' }],
      },
    ),
    rehearsal: { percent: 1, maxFailurePercent: 10 },
  });
  new FallbackRoute(api, 'prices', {
    path: '/prices',
    tiers: [live],
    fallback: Fallback.stale({ maxAge: Duration.minutes(10) }, { on: [Condition.UNAVAILABLE] }),
  });
  api.addRoute('checkout', {
    path: '/checkout',
    priorityClass: PriorityClass.CRITICAL,
    split: {
      arms: [
        { name: 'stable', tiers: [live], weight: 95 },
        { name: 'canary', tiers: [next, live], weight: 5 },
      ],
      affinity: { cookie: 'cohort' },
    },
  });
  api.addRoute('moved', { path: '/old/*', redirect: { path: '/new/*', status: 308 } });
  api.addRoute('rest', {
    path: '/v1/*',
    pool: live,
    affinity: { cookie: 'target' },
    rateLimit: { requests: 100, per: Duration.seconds(1), burst: 200, key: 'clientAddress' },
    rewrite: {
      path: '/*',
      setHeaders: { 'X-Api': 'shop' },
      removeHeaders: ['X-Debug'],
      setResponseHeaders: { 'X-Frame-Options': 'DENY' },
    },
    responseRewrite: [{ when: [['status', '==', 404]], status: 404, json: { message: 'Not here.' } }],
    cors: { origins: ['https://example.com'], methods: ['GET'] },
    compression: { minimumSize: Size.kibibytes(1) },
    mirror: { pool: next, percent: 10 },
    faults: [
      {
        abort: { status: 503 },
        percent: 0,
        header: 'X-Fault',
        from: '2026-01-01T00:00:00Z',
        until: '2099-01-01T00:00:00Z',
      },
    ],
  });
  api.addRoute('partners', { path: '/partner/*', pool: partner });
  api.addRoute('numbered', { path: '~^/v[0-9]+/', pool: live });
}
