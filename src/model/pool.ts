import { z } from 'zod';
import { dnsName, port, targetAddress } from './address';
import { duration } from './duration';
import { HealthCheck } from './health-check';
import { atLeastOne, integer, oneOf, percent, text } from './scalars';
import { size } from './size';

/** A member of a pool, as it is written. */
export const Target = z
  .strictObject({
    address: targetAddress().describe('An IP address or DNS name, with or without a port.'),
    port: port().optional().describe('The port, unless the address has one.'),
    weight: integer(0, 1000).default(1).describe('Share within its tier; 0 gets no traffic.'),
    priority: integer(-1000, 1000)
      .default(0)
      .describe('Higher wins: a lower one serves only while nothing above it is available.'),
    drain: z.boolean().default(false).describe('Whether it takes no new requests; those under way may finish.'),
  })
  .describe('A member of a pool.');

const Discover = z
  .strictObject({
    dns: dnsName().describe(
      'A name whose addresses (A, AAAA) are the targets, or, where it begins with "_", whose SRV records name them.',
    ),
    port: port()
      .optional()
      .describe(
        'The port of every target; left out for SRV records, which have their own, and weights and priorities.',
      ),
    interval: duration('1s', '1h')
      .prefault('10s')
      .describe('How often the name is resolved at least; as its TTL asks, where that is shorter.'),
  })
  .describe('Targets that DNS knows. They come and go with its answers; a lookup that finds none keeps the last.');

const Container = z
  .strictObject({
    image: text(512).describe('The image, with its tag or digest.'),
    port: port().describe('The port that the container serves on.'),
    command: z.array(text(4096)).optional().describe('What it runs. Left out: the image’s own command.'),
    environment: z.record(z.string(), z.string()).default({}).describe('Environment variables.'),
    secrets: z
      .record(z.string(), text(512))
      .default({})
      .describe('Environment variables from the platform’s secret store.'),
    cpu: integer(64, 65_536).default(256).describe('CPU units; 1024 are one core.'),
    memory: size('64MB', '512GB').prefault('512MB').describe('Memory.'),
  })
  .describe('Targets that the platform runs from an image.');

const Machine = z
  .strictObject({
    image: text(512).optional().describe('The machine image. Left out: the platform’s current Debian.'),
    type: text(64).describe('The machine type in the platform’s words.'),
    port: port().describe('The port that the machine serves on.'),
    startScript: text(16_384).optional().describe('A command that starts the API.'),
  })
  .describe('Targets that the platform runs on machines of their own.');

const Scaling = z
  .strictObject({
    min: integer(0, 10_000).default(2).describe('Least number of targets.'),
    max: integer(1, 10_000).default(10).describe('Greatest number of targets.'),
    requestsPerSecondPerTarget: integer(1, 1_000_000)
      .optional()
      .describe('Load of a target at which another is added.'),
    cpuPercent: percent(1).optional().describe('CPU of a target at which another is added.'),
  })
  .describe('How many targets run.');

const SuccessRate = z
  .strictObject({
    // The figures of Envoy's success_rate_* settings.
    minimumRequests: integer(1, 100_000)
      .default(100)
      .describe('Requests to a target in the window before it is judged.'),
    minimumTargets: integer(2, 10_000).default(5).describe('Targets with that many requests before any is judged.'),
    deviations: z
      .number()
      .min(0.1)
      .max(10)
      .default(1.9)
      .describe('Standard deviations below the mean of the pool at which a target is ejected.'),
    window: duration('1s', '10m').prefault('10s').describe('What is looked back on.'),
  })
  .describe('Ejection of targets that succeed less often than the others.');

const OutlierEjection = z
  .strictObject({
    consecutiveFailures: integer(1, 1000)
      .default(5)
      .describe(
        'Failures of real requests in a row: no response, or a status of 500 and above. Requests that clients left do not count.',
      ),
    gatewayFailures: integer(1, 1000)
      .optional()
      .describe('Gateway failures in a row: no response, or 502, 503, 504. Left out: they count as other failures do.'),
    successRate: SuccessRate.optional(),
    baseTime: duration('100ms', '1h')
      .prefault('30s')
      .describe(
        'Length of the first ejection; it grows by that with each, and shrinks with as much good time. Probes do not end it.',
      ),
    maxTime: duration('100ms', '1d').prefault('5m').describe('Longest ejection.'),
    maxPercent: percent()
      .default(50)
      .describe(
        'Greatest share of a pool that is ejected at once; at least one target, unless it is 0. Never the last one that a route has available.',
      ),
  })
  .describe('Passive removal of targets that fail real requests.');

const CircuitBreaker = z
  .strictObject({
    scope: oneOf(['target', 'tier'])
      .default('target')
      .describe('What it stops requests to: one target, or all targets of a priority.'),
    failurePercent: percent(1)
      .default(50)
      .describe('Share of failures that opens the breaker: no response, or a status of 500 and above.'),
    consecutiveFailures: integer(1, 1000)
      .optional()
      .describe('Failures in a row that open it as well, whatever their share and the number of requests.'),
    minimumRequests: integer(1, 100_000)
      .default(20)
      .describe('Requests in the window before their share of failures may open it.'),
    window: duration('1s', '10m').prefault('10s').describe('What it looks back on.'),
    openFor: duration('100ms', '10m').prefault('5s').describe('How long it stays open before a trial.'),
    trialRequests: integer(1, 100)
      .default(3)
      .describe(
        'Successes in a row that close it, and the most requests that are under way until then. Probes do not close it.',
      ),
  })
  .describe('Stops requests to what keeps failing.');

const AdaptiveConcurrency = z
  .strictObject({
    initial: integer(1, 100_000).default(20).describe('Where the limit begins.'),
    min: integer(1, 100_000).default(5).describe('The least limit.'),
    max: integer(1, 100_000).default(1000).describe('The greatest limit.'),
    tolerancePercent: integer(10, 1000)
      .default(50)
      .describe('How much slower than usual answers may become before the limit falls.'),
  })
  .describe('A limit that follows the latency of the targets: it falls when they slow down.');

const PoolLimits = z
  .strictObject({
    concurrency: integer(1, 1_000_000).optional().describe('Requests in flight in each tier. Left out: no limit.'),
    adaptive: AdaptiveConcurrency.optional(),
    queue: integer(0, 1_000_000).default(0).describe('Requests that wait at the limit.'),
    queueTimeout: duration('1ms', '1m').prefault('500ms').describe('How long a request waits.'),
    connectionsPerTarget: integer(1, 100_000)
      .optional()
      .describe('Connections to one target; while all of them are busy, others get the requests. Left out: no limit.'),
  })
  .describe('What a pool takes on.');

const TargetTls = z
  .strictObject({
    verify: z.boolean().default(true).describe('Whether the target’s certificate must be valid for its name.'),
    authority: text(4096)
      .optional()
      .describe(
        'File of the authorities that sign the targets’ certificates, in PEM. Left out: those that Node.js trusts.',
      ),
    serverName: dnsName()
      .optional()
      .describe('The name that is asked for and must stand in the certificate. Left out: the target’s address.'),
    certificate: text(4096).optional().describe('File of the certificate that is presented to targets, in PEM.'),
    key: text(4096).optional().describe('File of its private key, in PEM.'),
    // 1.0 and 1.1 are deprecated by RFC 8996.
    minVersion: oneOf(['1.2', '1.3']).default('1.2').describe('The oldest TLS version that is accepted.'),
  })
  .describe('How TLS to targets is done.');

/** What is hashed where a pool does not say: it is there for every request, and at layer 4 as well. */
export const DEFAULT_HASH_KEY = 'clientAddress';

/** A pool, as it is written. */
export const Pool = z
  .strictObject({
    targets: atLeastOne(Target).optional().describe('The members, one by one.'),
    discover: Discover.optional(),
    container: Container.optional(),
    machine: Machine.optional(),
    scaling: Scaling.optional(),
    protocol: oneOf(['http', 'https']).default('http').describe('What the targets speak.'),
    http2: z
      .boolean()
      .default(false)
      .describe('Whether the targets are spoken to in HTTP/2: by ALPN over TLS, with prior knowledge without.'),
    tls: TargetTls.optional(),
    proxyProtocol: oneOf(['v1', 'v2'])
      .optional()
      .describe('Begins each connection to a target with a PROXY protocol header that tells who asks.'),
    algorithm: oneOf(['roundRobin', 'leastRequests', 'random', 'consistentHash', 'maglev'])
      .default('roundRobin')
      .describe('How a target is chosen within a tier.'),
    hashKey: text(160)
      .optional()
      .describe(
        'What is hashed: clientAddress, path, header:NAME, cookie:NAME or query:NAME. Left out: clientAddress. A request that has no such thing takes its turn, as in roundRobin.',
      ),
    healthCheck: HealthCheck.prefault({}).describe('Active probes; on by default (TCP).'),
    outlierEjection: OutlierEjection.optional(),
    circuitBreaker: CircuitBreaker.optional(),
    limits: PoolLimits.optional(),
    slowStart: duration('1s', '1h')
      .optional()
      .describe('Over which time a target that has come up gets its full share, from a tenth of it on.'),
    drainTimeout: duration('0s', '1h')
      .optional()
      .describe('How long a leaving target may finish its requests. Left out: as long as they take.'),
    panicPercent: percent()
      .default(0)
      .describe(
        'Share of healthy targets of a tier below which health is ignored and all of them are used; 0 never. A tier without a healthy one is passed over as long as there is another.',
      ),
    readOnly: z.boolean().default(false).describe('Whether the pool serves safe methods only.'),
  })
  .describe('Targets that share a policy.');

/** A member of a pool with its defaults. */
export type Target = z.output<typeof Target>;
/** A pool with its defaults. */
export type Pool = z.output<typeof Pool>;
