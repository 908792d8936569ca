import type { Fallback } from '../model';

/** The parts of a static answer. */
export interface Answer {
  readonly contentType: string | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const SENT_ALWAYS = { 'Cache-Control': 'no-store', 'Retry-After': '5' };

/**
 * What a fallback sends, besides its status: its body, its header fields, and the two that keep a client from caching
 * an emergency or hammering it, unless the user sets them.
 */
export function fallbackAnswer(fallback: Fallback): Answer {
  const own = new Set(Object.keys(fallback.headers).map((name) => name.toLowerCase()));
  const defaults = Object.entries(SENT_ALWAYS).filter(([name]) => !own.has(name.toLowerCase()));
  const type =
    fallback.json !== undefined
      ? 'application/json'
      : fallback.text !== undefined
        ? 'text/plain; charset=utf-8'
        : undefined;
  return {
    contentType: own.has('content-type') ? undefined : type,
    body: fallback.json !== undefined ? JSON.stringify(fallback.json) : (fallback.text ?? ''),
    headers: { ...fallback.headers, ...Object.fromEntries(defaults) },
  };
}
