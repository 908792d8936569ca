import { Construct, type IConstruct } from 'constructs';
import { Ref } from '../model';
import type { TokenReader } from '../platform';
import { Condition } from './condition';
import { Duration } from './duration';
import { FallbackResponse } from './fallback-response';
import { Size } from './size';
import type { ITargetPool } from './target-pool';

/** What was written in a program for an API, in the words of a file: plain data, deferred values as Refs. */
export function toWords(value: unknown, tokens: TokenReader, api: IConstruct): unknown {
  const inner = (item: unknown) => toWords(item, tokens, api);
  if (value instanceof Duration || value instanceof Size) return value.toString();
  if (value instanceof Condition) return value._word();
  if (value instanceof FallbackResponse) return inner(value._words);
  if (Construct.isConstruct(value)) return poolName(value as ITargetPool, api);
  if (tokens.isDeferred(value)) return new Ref(String(value));
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      // A deferred name is no better than a deferred value: the model says where it stands.
      .map(([key, item]) => [key, tokens.isDeferred(key) ? new Ref(key) : inner(item)]),
  );
}

/** A pool of another API has no name in this one: its path is what the user is told. */
function poolName(pool: ITargetPool, api: IConstruct): string {
  return pool.node.scope === api ? pool.poolName : pool.node.path;
}

/**
 * An address whose host is deferred and whose port is not, `${token}:8080`, in its parts. Anything else is left as it
 * is, for the model to judge.
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
