import { z } from 'zod';
import { duration } from './duration';
import { Fallback } from './fallback';
import {
  cookieName,
  headerName,
  headers,
  headerValue,
  method,
  oneHost,
  requestHost,
  settableHeaderName,
  status,
} from './http-words';
import { origin } from './origin';
import { newPath, pathPattern } from './path-pattern';
import { Retry, Timeouts } from './retry';
import { atLeastOne, integer, name, oneOf, percent, text } from './scalars';
import { size } from './size';
import { when } from './when';

const HeaderMatch = z
  .strictObject({
    name: headerName().describe('Name of the header field.'),
    value: headerValue().describe('Its exact value.'),
  })
  .describe('A header field that a request must have.');

const QueryMatch = z
  .strictObject({
    name: text(256).describe('Name of the parameter.'),
    value: z.string().max(4096).describe('Its exact value, decoded.'),
  })
  .describe('A query parameter that a request must have.');

const Affinity = z
  .strictObject({ cookie: cookieName().describe('The cookie that remembers the choice.') })
  .describe('Keeps a client with its first choice.');

const SplitArm = z
  .strictObject({
    name: name().describe('Name of the arm, for metrics.'),
    tiers: atLeastOne(name()).describe('The pools, in the order of failover.'),
    weight: integer(0, 1000).describe('Share of the requests.'),
  })
  .describe('One side of a split.');

const Split = z
  .strictObject({
    arms: atLeastOne(SplitArm).describe('The sides, with their weights.'),
    affinity: Affinity.optional(),
  })
  .describe('Divides requests by weight, for a canary or an A-B test.');

const Redirect = z
  .strictObject({
    host: oneHost().optional().describe('The new host. Left out: the request’s.'),
    path: newPath()
      .optional()
      .describe('The new path; a final /* carries over what the route’s own /* matched. Left out: the request’s.'),
    status: z.literal([301, 302, 303, 307, 308]).default(308).describe('The status of the redirect.'),
  })
  .describe('Sends the client elsewhere.');

const RateLimit = z
  .strictObject({
    requests: integer(1, 1_000_000_000).describe('How many requests.'),
    per: duration('1s', '1d').prefault('1s').describe('In which time.'),
    burst: integer(1, 1_000_000_000).optional().describe('How many may come at once. Left out: as many as requests.'),
    key: text(160)
      .default('clientAddress')
      .describe(
        'Whose: clientAddress, header:NAME, cookie:NAME or query:NAME. A request without that field counts by its client’s address; of an IPv6 address its /64 counts.',
      ),
  })
  .describe('Bounds the requests of each client; 429 beyond.');

const Rewrite = z
  .strictObject({
    path: newPath()
      .optional()
      .describe('The path that the target sees; a final /* carries over what the route’s own /* matched.'),
    host: oneHost().optional().describe('The host that the target sees.'),
    setHeaders: headers().default({}).describe('Request header fields to set.'),
    removeHeaders: z.array(settableHeaderName()).default([]).describe('Request header fields to remove.'),
    setResponseHeaders: headers().default({}).describe('Response header fields to set.'),
    removeResponseHeaders: z.array(settableHeaderName()).default([]).describe('Response header fields to remove.'),
  })
  .describe('Changes what targets and clients see.');

const ResponseRewrite = z
  .strictObject({
    when: when()
      .default([])
      .describe(
        'Conditions such as ["status", "==", 404], all of which must hold, as in Apache APISIX’s vars: == ~= > >= < <= ~~ ~* in has ipmatch, "!" before them, and AND, OR, !AND, !OR.',
      ),
    status: status(200).optional().describe('The new status.'),
    headers: headers().default({}).describe('Header fields to set.'),
    json: z.json().optional().describe('A JSON body in place of the response’s.'),
    text: z.string().optional().describe('A text body in place of the response’s.'),
  })
  .describe('Replaces parts of a response under a condition.');

const Cors = z
  .strictObject({
    origins: atLeastOne(origin()).describe('Origins that may read the answers; "*" is every one.'),
    methods: atLeastOne(method()).default(['GET', 'HEAD', 'POST']).describe('Methods that they may use.'),
    headers: z.array(headerName()).default([]).describe('Request header fields that they may send.'),
    credentials: z.boolean().default(false).describe('Whether they may send credentials.'),
    maxAge: duration('0s', '1d').prefault('10m').describe('How long a browser may remember this.'),
  })
  .describe('Cross-origin requests (the Fetch standard).');

const Compression = z
  .strictObject({ minimumSize: size('0B', '1MB').prefault('1KB').describe('The smallest body that is compressed.') })
  .describe('Compresses what the target did not.');

const Mirror = z
  .strictObject({
    pool: name().describe('The pool that gets a copy of the requests; its answers are discarded.'),
    percent: percent().default(100).describe('Share of the requests.'),
  })
  .describe('Copies requests to another pool.');

/** How long a fault lasts that names no end, in milliseconds: from when it is loaded, or from when it begins. */
export const FAULT_LEASE = 3_600_000;

const Abort = z
  .strictObject({ status: status(200).describe('The status to answer with.') })
  .describe('Answers in place of the targets.');

const Fault = z
  .strictObject({
    abort: Abort.optional(),
    delay: duration('1ms', '10m').optional().describe('Holds the request back.'),
    reset: z.boolean().default(false).describe('Whether the client’s connection is reset in place of an answer.'),
    bodyRate: size('1B', '1GB').optional().describe('Hands on this much of the response’s body each second.'),
    percent: percent().default(100).describe('Share of the requests.'),
    header: headerName().optional().describe('Only requests that have this header field.'),
    from: z.iso.datetime().optional().describe('When the fault begins. Left out: at once.'),
    until: z.iso.datetime().optional().describe('When the fault ends by itself. Left out: an hour after it began.'),
  })
  .describe('A staged failure.');

const Rehearsal = z
  .strictObject({
    percent: percent().default(1).describe('Share of the requests that try the next tier first.'),
    methods: z.array(method()).default([]).describe('Methods besides the safe ones.'),
    timeout: duration('1ms', '1m').prefault('1s').describe('Response timeout of the rehearsal’s attempt.'),
    maxFailurePercent: percent().default(10).describe('Share of failures at which the rehearsal stops by itself.'),
  })
  .describe('Sends a small share of real requests through the next tier, so that it is known to work.');

/** Which requests go where, as it is written. */
export const Route = z
  .strictObject({
    listeners: atLeastOne(name()).optional().describe('Where it applies. Left out: every http and https listener.'),
    hosts: atLeastOne(requestHost()).optional().describe('Hosts. Left out: every host.'),
    path: pathPattern()
      .default('/*')
      .describe('Exact; a prefix if it ends in /*; a linear-time expression if it begins with ~.'),
    methods: atLeastOne(method()).optional().describe('Methods. Left out: every method.'),
    headers: z.array(HeaderMatch).default([]).describe('Header fields, all of which a request must have.'),
    query: z.array(QueryMatch).default([]).describe('Query parameters, all of which a request must have.'),
    priority: integer(-1000, 1000).default(0).describe('Higher wins; then the more specific match.'),
    pool: name().optional().describe('The pool; short for one tier.'),
    tiers: atLeastOne(name()).optional().describe('The pools, in the order of failover.'),
    split: Split.optional(),
    redirect: Redirect.optional(),
    timeouts: Timeouts.prefault({}),
    retry: Retry.prefault({}),
    fallback: Fallback.optional(),
    rehearsal: Rehearsal.optional(),
    priorityClass: oneOf(['critical', 'normal', 'sheddable'])
      .default('normal')
      .describe(
        'Who goes first at the limit of a pool. Sheddable requests use nine tenths of it at most, so that others find a place at once.',
      ),
    affinity: Affinity.optional(),
    rateLimit: RateLimit.optional(),
    rewrite: Rewrite.optional(),
    responseRewrite: z
      .array(ResponseRewrite)
      .default([])
      .describe('Changes of responses, in order; the first that fits.'),
    cors: Cors.optional(),
    compression: Compression.optional(),
    mirror: Mirror.optional(),
    faults: z.array(Fault).default([]).describe('Staged failures.'),
  })
  .describe('Which requests go where, and what happens when that fails.');

/** Who goes first when there is too much. */
export type PriorityClass = z.output<typeof Route>['priorityClass'];
/** A route with its defaults. */
export type Route = z.output<typeof Route>;
