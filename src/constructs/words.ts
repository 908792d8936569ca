import { Ref } from '../model';
import type { TokenReader } from '../platform';
import { Condition } from './condition';
import { Duration } from './duration';
import { FallbackResponse } from './fallback-response';
import { Size } from './size';

/** A construct that has a name in the description. */
export interface Named {
  readonly _name: string;
}

/** What was written in a program, in the words of a file: plain data, deferred values as Refs. */
export function toWords(value: unknown, tokens: TokenReader): unknown {
  if (value instanceof Duration || value instanceof Size) return value.toString();
  if (value instanceof Condition) return value._word();
  if (value instanceof FallbackResponse) return toWords(value._words, tokens);
  if (isNamed(value)) return value._name;
  if (tokens.isDeferred(value)) return new Ref(String(value));
  if (Array.isArray(value)) return value.map((item) => toWords(item, tokens));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, toWords(item, tokens)]),
  );
}

function isNamed(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && '_name' in value;
}

/**
 * An address whose host is deferred and whose port is not: `${token}:8080` in its parts.
 * Anything else is left as it is, for the model to judge.
 */
export function splitDeferredAddress(address: string, tokens: TokenReader): { address: string; port?: number } {
  if (!tokens.isDeferred(address)) return { address };
  const parts = tokens.split(address);
  const [host, rest] = parts;
  const port = typeof rest === 'string' ? /^:(\d{1,5})$/.exec(rest)?.[1] : undefined;
  if (parts.length === 2 && host instanceof Ref && port !== undefined)
    return { address: host.token, port: Number(port) };
  return { address };
}
