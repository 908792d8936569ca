import type { PolicyRequest } from './policy-request';

const SPACE = ' '.charCodeAt(0);
const TAB = '\t'.charCodeAt(0);

/**
 * The value of the first cookie of a name (RFC 6265, section 5.4): pairs are parted by `;`, names are compared as they are,
 * and a value keeps its quotes, as the client keeps them.
 * @param fields - the `Cookie` fields of a request
 */
export function cookieIn(fields: readonly string[], name: string): string | undefined {
  for (const field of fields) {
    let at = 0;
    while (at < field.length) {
      const next = field.indexOf(';', at);
      const end = next < 0 ? field.length : next;
      const value = valueAt(field, at, end, name);
      if (value !== undefined) return value;
      at = end + 1;
    }
  }
  return undefined;
}

/** The value of the pair that stands there, if it is one of the name. */
function valueAt(field: string, from: number, to: number, name: string): string | undefined {
  const start = skip(field, from, to);
  const equals = start + name.length;
  if (equals >= to || !field.startsWith(name, start)) return undefined;
  const at = skip(field, equals, to);
  return field[at] === '=' ? trimmed(field, skip(field, at + 1, to), to) : undefined;
}

function skip(field: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(field.charCodeAt(at))) at += 1;
  return at;
}

function trimmed(field: string, from: number, to: number): string {
  let end = to;
  while (end > from && isBlank(field.charCodeAt(end - 1))) end -= 1;
  return field.slice(from, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/**
 * The value of a `Set-Cookie` field for a choice that a client is to stay with (RFC 6265, section 4.1): for the whole host, until
 * the browser is closed, for no script, and over TLS alone where the request came by it.
 * @param value - of octets that need no quoting
 */
export function stayingCookie(name: string, value: string, scheme: PolicyRequest['scheme']): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${scheme === 'https' ? '; Secure' : ''}`;
}
