import { isToken } from '../../model';
import type { BodyFraming } from './stale-capture';
import type { StoredAnswer } from './stale-store';

/** Fields of a response that frame it or belong to one connection (RFC 9110, section 7.6.1): never given again. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-type',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'age',
]);

/** The directives of `Cache-Control`, in small letters, with their values (RFC 9111, section 5.2). */
export function directivesOf(cacheControl: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const [, name, quoted, plain = ''] of cacheControl.matchAll(/([^\s,=;]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;]*)))?/g))
    directives.set(name.toLowerCase(), quoted ?? plain);
  return directives;
}

/** The head of a response. */
export interface ResponseFields {
  readonly status: number;
  /** By their names in small letters, with the name as it was written. */
  readonly fields: ReadonlyMap<string, { readonly name: string; readonly value: string }>;
}

/** Reads the head of a response, which a strict parser has read before. */
export function readFields(status: number, head: Buffer): ResponseFields {
  const fields = new Map<string, { name: string; value: string }>();
  for (const line of head.toString('latin1').split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    const before = fields.get(name.toLowerCase());
    // A list may stand in several fields (RFC 9110, section 5.3); the one that may not, Set-Cookie, is never kept.
    fields.set(name.toLowerCase(), { name, value: before === undefined ? value : `${before.value}, ${value}` });
  }
  return { status, fields };
}

/** What a response is kept with. */
export interface Keepable extends Omit<StoredAnswer, 'body' | 'at' | 'vary'> {
  /** The fields of requests by which the answers differ, in small letters. */
  readonly varyNames: readonly string[];
  /** How its body is framed. */
  readonly framing: BodyFraming;
}

/**
 * Whether a response may be kept for others than who asked, and how (RFC 9111, section 3): a whole success, without
 * cookies, which its target does not keep from shared caches.
 * @param personal - whether the request had cookies: then the target must say that its answer is for everybody
 * @returns `undefined` where it may not
 */
export function keepable({ status, fields }: ResponseFields, personal: boolean): Keepable | undefined {
  const field = (name: string) => fields.get(name)?.value ?? '';
  if (status < 200 || status > 299 || status === 206 || fields.has('set-cookie')) return undefined;
  // A body that ends with its connection may have broken off.
  if (!fields.has('content-length') && !fields.has('transfer-encoding') && status !== 204) return undefined;
  const control = directivesOf(field('cache-control'));
  if (control.has('no-store') || control.has('private') || control.has('no-cache')) return undefined;
  if (personal && !control.has('public') && !control.has('s-maxage')) return undefined;
  const varyNames = [...new Set(listOf(field('vary')))];
  if (!varyNames.every(isToken) || varyNames.includes('*')) return undefined;
  const nominated = new Set(listOf(field('connection')));
  const kept = [...fields].filter(([key]) => !NOT_KEPT.has(key) && !nominated.has(key));
  return {
    status,
    framing: fields.has('transfer-encoding') ? 'chunked' : whole(field('content-length')),
    contentType: fields.get('content-type')?.value,
    headers: Object.fromEntries(kept.map(([, { name, value }]) => [name, value])),
    age: whole(field('age')) * 1_000,
    usableFor: usableFor(control),
    varyNames,
  };
}

/** Where a target forbids stale answers, one may be given as long as it is fresh (RFC 9111, section 4.2.4). */
function usableFor(control: ReadonlyMap<string, string>): number {
  const strict = ['must-revalidate', 'proxy-revalidate', 's-maxage'].some((name) => control.has(name));
  return strict ? whole(control.get('s-maxage') ?? control.get('max-age') ?? '') * 1_000 : Number.POSITIVE_INFINITY;
}

function listOf(value: string): string[] {
  const items = value.split(',').map((item) => item.trim().toLowerCase());
  return items.filter((item) => item !== '');
}

/** A whole number, such as of seconds; 0 where it is none. */
function whole(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : 0;
}
