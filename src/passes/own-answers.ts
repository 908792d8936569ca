/** A status with the reason that stands in its body. */
export interface OwnAnswer {
  readonly status: number;
  readonly error: string;
}

/** What a data plane says where neither a target nor a fallback answers. Every data plane says the same. */
export const OWN_ANSWERS = {
  badRequest: { status: 400, error: 'bad request' },
  noRoute: { status: 404, error: 'no route' },
  wrongMethod: { status: 405, error: 'method not allowed' },
  tooSlow: { status: 408, error: 'request timeout' },
  bodyTooLarge: { status: 413, error: 'request body too large' },
  targetTooLong: { status: 414, error: 'request target too long' },
  expectation: { status: 417, error: 'expectation not supported' },
  tooMany: { status: 429, error: 'too many requests' },
  headTooLarge: { status: 431, error: 'request head too large' },
  noAnswer: { status: 502, error: 'no target answered' },
  noTarget: { status: 503, error: 'no target available' },
  timeout: { status: 504, error: 'no target answered in time' },
  version: { status: 505, error: 'HTTP version not supported' },
} as const satisfies Record<string, OwnAnswer>;

/** The JSON body of an own answer. */
export function ownBody({ error }: OwnAnswer): string {
  return JSON.stringify({ error });
}

/** What a static route answers with where it names no status: nothing has failed. */
export const STATIC_STATUS = 200;
