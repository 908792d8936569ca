import { z } from 'zod';
import { fallbackCondition } from './condition';
import { duration } from './duration';
import { headers, mediaType, redirectLocation, status } from './http-words';
import { invalid } from './problem';
import { atLeastOne, name, text } from './scalars';
import { formatSize } from './size';

/** It must fit into one buffer of every data plane, with its head: HAProxy's and Nginx's are 16 KB. */
export const FALLBACK_BODY_LIMIT = 15 * 1024;

/** Of a file in octets: it is held in memory, and only the bundled data plane serves it. */
export const FALLBACK_FILE_LIMIT = 1024 ** 2;

const LIMIT = `at most ${formatSize(FALLBACK_BODY_LIMIT)} in UTF-8`;

const bodyText = z.string().superRefine((found, context) => {
  const bytes = Buffer.byteLength(found);
  if (bytes > FALLBACK_BODY_LIMIT) invalid(context, { code: 'SPW2013', found, allowed: LIMIT });
  else if (found.includes('\0')) invalid(context, { code: 'SPW2017', found, allowed: 'a text without NUL' });
});

const bodyJson = z.json().superRefine((found, context) => {
  if (Buffer.byteLength(JSON.stringify(found)) > FALLBACK_BODY_LIMIT)
    invalid(context, { code: 'SPW2013', found, allowed: LIMIT });
});

const Stale = z
  .strictObject({ maxAge: duration('1s', '30d').describe('The oldest answer that is given again.') })
  .describe(
    'The last good answer, for GET and HEAD without credentials; what stands beside it answers where there is none.',
  );

const FallbackRedirect = z
  .strictObject({
    location: redirectLocation().describe('Where to send the client.'),
    status: z.literal([302, 303, 307]).default(302).describe('The status of the redirect.'),
  })
  .describe('A redirect to another place.');

const FallbackFile = z
  .strictObject({
    path: text(4096).describe('The file, relative to the description.'),
    contentType: mediaType().optional().describe('Its media type. Left out: by the file’s ending.'),
    maxAge: duration('1m', '365d')
      .optional()
      .describe('The age at which the file counts as stale and raises an alert.'),
  })
  .describe('A file.');

const Alternative = z
  .strictObject({
    contentType: mediaType().describe('The media type that a client must accept, and that it gets.'),
    text: bodyText.optional().describe('The body as text.'),
    file: text(4096).optional().describe('The file that has the body, relative to the description.'),
  })
  .describe('The same answer in another form.');

/** A fallback response, as it is written. */
export const Fallback = z
  .strictObject({
    on: atLeastOne(fallbackCondition())
      .default(['unavailable'])
      .describe('When it answers: no target did, or the final status is listed.'),
    status: status(200)
      .optional()
      .describe(
        'The status to answer with. Left out: the failing one; 200 where the route has nothing that could fail.',
      ),
    headers: headers().default({}).describe('Header fields of the answer.'),
    json: bodyJson.optional().describe('A JSON body.'),
    text: bodyText.optional().describe('A plain text body.'),
    file: FallbackFile.optional(),
    redirect: FallbackRedirect.optional(),
    stale: Stale.optional(),
    pool: name()
      .optional()
      .describe(
        'A pool that answers instead, for which there is always the time of one attempt; its own failure is the end.',
      ),
    alternatives: z
      .array(Alternative)
      .default([])
      .describe(
        'Other forms, chosen by what the client accepts (RFC 9110, section 12.5.1); the body is for all others.',
      ),
  })
  .describe('The answer when nothing else can answer.');

/** A fallback response with its defaults. */
export type Fallback = z.output<typeof Fallback>;
