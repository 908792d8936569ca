/** A status with the reason that stands in its body. */
export interface OwnAnswer {
  readonly status: number;
  readonly error: string;
}

/** Every answer that comes from no target and from no fallback. */
export const OWN_ANSWERS = {
  badPath: { status: 400, error: 'bad path' },
  noRoute: { status: 404, error: 'no route' },
  wrongMethod: { status: 405, error: 'method not allowed' },
  bodyTooLarge: { status: 413, error: 'body too large' },
  noAnswer: { status: 502, error: 'no target answered' },
  noTarget: { status: 503, error: 'no target available' },
  timeout: { status: 504, error: 'no target answered in time' },
} as const satisfies Record<string, OwnAnswer>;

/** The JSON body of an own answer. */
export function ownBody({ error }: OwnAnswer): string {
  return JSON.stringify({ error });
}
