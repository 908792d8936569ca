import { z } from 'zod';
import { Listener } from './listener';
import { AccessLog, Admin, Monitoring, Tracing } from './operations';
import { Pool } from './pool';
import { Route } from './route';
import { name, named, oneOf, text } from './scalars';

/** The version of the description's words. A runtime that meets a newer one keeps what it serves. */
export const MODEL_VERSION = 1;

const PlatformChoice = z
  .strictObject({
    type: oneOf(['local', 'hosts', 'aws', 'gcp', 'stackit', 'kubernetes', 'swarm'])
      .default('local')
      .describe('Where it runs.'),
    dataPlane: oneOf(['runtime', 'haproxy', 'nginx', 'native']).default('runtime').describe('By what it runs.'),
  })
  .describe('Where the API runs, and by what.');

const lines = () => z.array(text(4096));
const sections = (keys: readonly string[]) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, lines().optional().describe(`Lines for "${key}".`)])));

const Raw = z
  .strictObject({
    haproxy: sections(['global', 'defaults', 'frontend', 'backend'])
      .optional()
      .describe('Lines for HAProxy’s sections.'),
    nginx: sections(['main', 'events', 'http', 'server']).optional().describe('Lines for Nginx’s contexts.'),
  })
  .describe('Lines that are passed on as they are, and marked in the report.');

/** The words of a description: what a file may say, and the defaults of what it leaves out. */
export const Api = z
  .strictObject({
    version: z.literal(MODEL_VERSION).describe('The version of these words.'),
    name: name().describe('The name of the API.'),
    platform: PlatformChoice.prefault({}),
    tags: z.record(text(128), text(256)).default({}).describe('Labels for what the platform creates.'),
    listeners: named(Listener).describe('Where clients connect.'),
    pools: named(Pool).describe('Who answers.'),
    routes: named(Route).default({}).describe('Which requests go where.'),
    admin: Admin.optional(),
    accessLog: AccessLog.optional(),
    tracing: Tracing.optional(),
    monitoring: Monitoring.optional(),
    raw: Raw.optional(),
    accept: z
      .array(z.string().regex(/^SPW\d{4}$/))
      .default([])
      .describe('Codes of problems that the user has read and accepts.'),
  })
  .describe('An API: its listeners, pools and routes.');

/** An API as it was written, in the words of the file. */
export type ApiDescription = z.input<typeof Api>;

/** An API with every default in place; durations in milliseconds, sizes in bytes. */
export type Api = z.output<typeof Api>;
