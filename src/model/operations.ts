import { z } from 'zod';
import { listenAddress, port } from './address';
import { duration } from './duration';
import { name, oneOf, percent, text } from './scalars';

const AdminKey = z
  .strictObject({
    key: text(512).describe('The key; ${NAME} is taken from the environment where it runs.'),
    role: oneOf(['read', 'write']).default('read').describe('What its holder may do.'),
  })
  .describe('A key of the admin API.');

/** The admin port, as it is written. */
export const Admin = z
  .strictObject({
    // Metrics and health of an API concern its operators: nobody else reaches the loopback address.
    address: listenAddress().default('127.0.0.1').describe('The IP address to listen on.'),
    port: port().describe('The port of /healthz, /metrics and the admin API.'),
    keys: z.array(AdminKey).default([]).describe('Keys that open the admin API.'),
  })
  .describe('Where the data plane tells how it is.');

/** The access log, as it is written. */
export const AccessLog = z
  .strictObject({
    path: text(4096).default('stdout').describe('A file, stdout or stderr.'),
    format: oneOf(['json', 'text']).default('json').describe('One JSON object or one readable line a request.'),
    samplePercent: percent().default(100).describe('Share of the requests that are logged; failures always are.'),
  })
  .describe('One line for each request.');

/** Traces, as they are written. */
export const Tracing = z
  .strictObject({
    otlp: z.url({ protocol: /^https?$/ }).describe('Where spans are sent (OTLP over HTTP).'),
    samplePercent: percent().default(1).describe('Share of the requests that are traced.'),
  })
  .describe('Distributed traces.');

const Objective = z
  .strictObject({
    route: name().optional().describe('The route. Left out: the whole API.'),
    availabilityPercent: percent().optional().describe('Share of requests that succeed.'),
    latency: duration('1ms', '1m').optional().describe('Time within which `percent` of the requests are answered.'),
    percent: percent().optional().describe('Share of the requests that keep to `latency`.'),
    over: duration('1d', '90d').prefault('30d').describe('The period.'),
  })
  .describe('A service level objective.');

/** Monitoring, as it is written. */
export const Monitoring = z
  .strictObject({
    prometheus: z.strictObject({}).optional().describe('Scrape configuration, rules and alerts.'),
    grafana: z.strictObject({}).optional().describe('Dashboards.'),
    datadog: z.strictObject({}).optional().describe('Monitors and dashboards.'),
    objectives: z.array(Objective).default([]).describe('What the API promises.'),
  })
  .describe('How the API is watched.');

/** An admin port with its defaults. */
export type Admin = z.output<typeof Admin>;
/** An access log with its defaults. */
export type AccessLog = z.output<typeof AccessLog>;
