import { z } from 'zod';
import { retryCondition } from './condition';
import { duration } from './duration';
import { integer, percent } from './scalars';
import { size } from './size';

/** Timeouts, as they are written. */
export const Timeouts = z
  .strictObject({
    // A target in the same region answers a SYN in a few ms; one lost SYN is sent again after 1 s.
    connect: duration('1ms', '1m').prefault('1s').describe('To connect to a target.'),
    response: duration('1ms', '1h').prefault('15s').describe('From the request’s last byte to the response’s first.'),
    request: duration('1ms', '1h')
      .prefault('30s')
      .describe('For all attempts together, up to the response’s first byte.'),
    // Servers that stream send something every minute or less, mostly every 15 to 30 s.
    idle: duration('1s', '1d')
      .prefault('5m')
      .describe('Silence within a response, or of both sides of an upgraded connection such as a WebSocket.'),
  })
  .describe('How long each step may take.');

const Backoff = z
  .strictObject({
    // The figures of Envoy's retry back-off.
    base: duration('1ms', '10s')
      .prefault('25ms')
      .describe('Longest wait before the second attempt; doubled with each.'),
    max: duration('1ms', '1m').prefault('250ms').describe('Longest wait before any attempt.'),
  })
  .describe('A random wait before each further attempt, so that many clients do not come back at once.');

/** A retry policy, as it is written. */
export const Retry = z
  .strictObject({
    on: z
      .array(retryCondition())
      .default(['connectFailure', 'reset', 'timeout'])
      .describe('What makes another target be tried.'),
    attempts: integer(1, 10).default(3).describe('Attempts for one request, the first included.'),
    perTryTimeout: duration('1ms', '1h')
      .optional()
      .describe('Response timeout of one attempt. Left out: timeouts.response.'),
    nonIdempotent: z
      .boolean()
      .default(false)
      .describe('Whether POST and PATCH are sent again after their first byte went out.'),
    bufferLimit: size('0B', '10MB')
      .prefault('64KB')
      .describe('Request body that is kept so that it can be sent again.'),
    // The share that Envoy and Gateway API (GEP-3388) recommend.
    backoff: Backoff.optional(),
    budgetPercent: percent()
      .default(20)
      .describe('Extra attempts for each hundred requests, so that retries cannot multiply an outage.'),
    hedgeAfter: duration('1ms', '1m')
      .optional()
      .describe('When a slow idempotent request is sent to a second target as well.'),
  })
  .describe('When and how often another target is tried.');

/** Timeouts in milliseconds, with their defaults. */
export type Timeouts = z.output<typeof Timeouts>;
/** A retry policy with its defaults. */
export type Retry = z.output<typeof Retry>;
