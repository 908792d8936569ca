import type { PolicyRequest } from '../policies';
import { directivesOf } from './cache-rules';
import type { StaleStore } from './stale-store';

/** What of a request its fallback may look at. */
export type FallbackRequest = Pick<PolicyRequest, 'method' | 'scheme' | 'host' | 'path' | 'query' | 'field'>;

/** What is kept of a request for the case that its route's fallback answers it, or that its answer is kept. */
export interface NotedRequest {
  /** Its `Accept`; empty where it has none, or nobody asks. */
  readonly accept: string;
  /** Where an earlier answer may be given; `undefined` where not. */
  readonly stale: StaleRequest | undefined;
}

/** What an earlier answer is found by. */
export interface StaleRequest {
  readonly key: string;
  /** Fields of the request by which answers differ, by their names in small letters. */
  readonly fields: ReadonlyMap<string, string>;
  /** Whether its answer is to be kept, if that may be. */
  readonly keep: boolean;
  /** Whether it had cookies. */
  readonly personal: boolean;
}

/** Fields by which answers commonly differ. Others are kept once an answer has named them. */
const COMMON_VARY = ['accept', 'accept-encoding', 'accept-language', 'origin'];
/** Fields that answers of one route may be told apart by: each is read of the requests whose answers are kept. */
const MOST_VARY = 16;

/** The fields by which the answers of a route have been found to differ. */
export class VaryNames {
  private readonly names = new Set(COMMON_VARY);

  /** Takes in what an answer names. */
  learn(names: readonly string[]): void {
    for (const name of names) if (this.names.size < MOST_VARY) this.names.add(name);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.names.values();
  }
}

/**
 * What an earlier answer is found by; `undefined` where none may be given: only GET and HEAD, and never to who shows
 * credentials, whose answers are never kept either (RFC 9111, section 3.5).
 */
export function noteStale(
  request: FallbackRequest,
  store: StaleStore,
  names: VaryNames,
  now: number,
): StaleRequest | undefined {
  const { method, scheme, host, path, query } = request;
  if ((method !== 'GET' && method !== 'HEAD') || request.field('authorization').length > 0) return undefined;
  const key = `${scheme}://${host}${path}?${query}`;
  // Reading a field takes most of a microsecond, so most requests are asked for no more than they can be answered by.
  if (method !== 'GET' || !store.due(key, now)) {
    return { key, fields: fieldsOf(request, store.varyOf(key)), keep: false, personal: false };
  }
  const partial = request.field('range').length > 0;
  const secret = directivesOf(joined(request, 'cache-control')).has('no-store');
  const personal = request.field('cookie').length > 0;
  return { key, fields: fieldsOf(request, [...names, ...store.varyOf(key)]), keep: !partial && !secret, personal };
}

function fieldsOf(request: FallbackRequest, names: Iterable<string>): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const name of names) if (!fields.has(name)) fields.set(name, joined(request, name));
  return fields;
}

function joined(request: FallbackRequest, name: string): string {
  return request.field(name).join(', ');
}
