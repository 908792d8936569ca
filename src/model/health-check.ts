import { z } from 'zod';
import { duration } from './duration';
import { requestPath, statusRange } from './http-words';
import { atLeastOne, integer, oneOf, percent, text } from './scalars';

const FlapDamping = z
  .strictObject({
    changes: integer(2, 1000).default(5).describe('Changes between up and down within the window.'),
    window: duration('1s', '1h').prefault('1m').describe('What is looked back on.'),
    holdDown: duration('1s', '1h')
      .prefault('30s')
      .describe(
        'How long the target is then held down; twice as long with each time in a row, up to ten times as long.',
      ),
  })
  .describe('Holds a target down that goes up and down too often.');

/** Active probes, as they are written. */
export const HealthCheck = z
  .strictObject({
    type: oneOf(['tcp', 'http', 'grpc'])
      .optional()
      .describe(
        'How to probe; grpc in HTTP/2, whatever requests are sent in. Left out: http where a path is given, else tcp.',
      ),
    path: requestPath().optional().describe('What an http probe asks for. Left out: /'),
    // Three probes of 2 s find a dead target within 6 s, and cost a target half a request a second.
    interval: duration('10ms', '1h').prefault('2s').describe('From one probe of a target to the next.'),
    timeout: duration('10ms', '1m').prefault('1s').describe('How long one probe may take.'),
    healthyThreshold: integer(1, 100).default(2).describe('Successes in a row that bring a target up.'),
    unhealthyThreshold: integer(1, 100).default(3).describe('Failures in a row that take a target down.'),
    expectedStatus: atLeastOne(statusRange()).default(['200-299']).describe('What an http probe takes as healthy.'),
    expectedBody: text(1024)
      .optional()
      .describe('Text that the first 64 KB of the body must contain for an http probe to succeed.'),
    service: text(256)
      .optional()
      .describe('The service that a grpc probe asks about. Left out: the server as a whole.'),
    flapDamping: FlapDamping.optional(),
    jitterPercent: percent().default(10).describe('Spreads the probes of many targets over the interval.'),
  })
  .describe('Active probes of a pool’s targets.')
  .transform((check) => ({
    ...check,
    type: check.type ?? (check.path === undefined ? ('tcp' as const) : ('http' as const)),
    path: check.path ?? '/',
  }));

/** Active probes with their defaults. */
export type HealthCheck = z.output<typeof HealthCheck>;
