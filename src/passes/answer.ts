import type { Fallback } from '../model';

/** The parts of an answer that no target gives. */
export interface Answer {
  readonly contentType: string | undefined;
  /** As text, or as octets where it comes from a file or a target. */
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer that stands in the description. */
export interface StaticAnswer extends Answer {
  readonly body: string;
}

const SENT_ALWAYS = { 'Cache-Control': 'no-store', 'Retry-After': '5' };

/**
 * What a fallback sends, besides its status: its body, its header fields, and the two that keep a client from caching
 * an emergency or hammering it, unless the user sets them.
 */
export function fallbackAnswer(fallback: Fallback): StaticAnswer {
  const own = new Set(Object.keys(fallback.headers).map((name) => name.toLowerCase()));
  const type =
    fallback.json !== undefined
      ? 'application/json'
      : fallback.text !== undefined
        ? 'text/plain; charset=utf-8'
        : undefined;
  return {
    contentType: own.has('content-type') ? undefined : type,
    body: fallback.json !== undefined ? JSON.stringify(fallback.json) : (fallback.text ?? ''),
    headers: fallbackHeaders(fallback),
  };
}

/** The header fields of a fallback: the user's, and those that are sent always unless the user sets them. */
export function fallbackHeaders({ headers }: Pick<Fallback, 'headers'>): Readonly<Record<string, string>> {
  const own = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const defaults = Object.entries(SENT_ALWAYS).filter(([name]) => !own.has(name.toLowerCase()));
  return { ...headers, ...Object.fromEntries(defaults) };
}
