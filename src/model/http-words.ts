import { z } from 'zod';
import { isDnsName, isIPv4, isIPv6 } from './address';
import { invalid } from './problem';
import { integer, text } from './scalars';

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Header fields that frame or address a message or belong to one connection (RFC 9110, section 7.6.1), and names that
 * some servers take for the first of them: never set by hand.
 */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content_length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'transfer_encoding',
  'upgrade',
]);

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const IDEMPOTENT: ReadonlySet<string> = new Set([...SAFE, 'PUT', 'DELETE']);

/** RFC 9110, section 9.2.1. */
export function isSafe(httpMethod: string): boolean {
  return SAFE.has(httpMethod);
}

/** RFC 9110, section 9.2.2: it may be sent again without asking. */
export function isIdempotent(httpMethod: string): boolean {
  return IDEMPOTENT.has(httpMethod);
}

/** Whether a text is a token (RFC 9110, section 5.6.2): the form of header names, cookie names and methods. */
export function isToken(found: string): boolean {
  return TOKEN.test(found);
}

/** A request method in capitals; CONNECT is none that a route can take. */
export function method() {
  return z.string().superRefine((found, context) => {
    if (TOKEN.test(found) && found === found.toUpperCase() && found !== 'CONNECT' && found.length <= 32) return;
    const upper = found.toUpperCase();
    const fix = METHODS.includes(upper) ? `Did you mean "${upper}"?` : undefined;
    invalid(context, { code: 'SPW2007', found, allowed: 'a method in capitals such as GET; not CONNECT', fix });
  });
}

/** The name of a header field that a description may test. */
export function headerName() {
  return z
    .string()
    .meta({ pattern: TOKEN.source })
    .superRefine((found, context) => {
      if (TOKEN.test(found) && found.length <= 128) return;
      invalid(context, { code: 'SPW2011', found, allowed: "letters, digits and !#$%&'*+-.^_`|~ (RFC 9110)" });
    });
}

/** The name of a header field that a description may set. */
export function settableHeaderName() {
  return headerName().superRefine((found, context) => {
    if (!CONNECTION_FIELDS.has(found.toLowerCase())) return;
    const allowed = 'a field that does not frame or address the message, or belong to a connection';
    const fix = found.toLowerCase() === 'host' ? 'The host that targets see is set by rewrite.host.' : undefined;
    invalid(context, { code: 'SPW2011', found, allowed, fix });
  });
}

/** The value of a header field: visible ASCII, spaces and tabs; a line break would begin a field of its own. */
export function headerValue() {
  return z.string().superRefine((found, context) => {
    if (/^[\t\x20-\x7e]*$/.test(found) && found.length <= 4096) return;
    invalid(context, {
      code: 'SPW2012',
      found,
      allowed: 'at most 4096 visible ASCII characters, spaces and tabs; no line break',
    });
  });
}

/** A map of header fields to set. */
export function headers() {
  return z.record(settableHeaderName(), headerValue());
}

/** A host that a request asks for: a DNS name, `*.` and a name, or an address; without a port. */
export function requestHost() {
  return z.string().superRefine((found, context) => {
    const bare = found.startsWith('*.') ? found.slice(2) : found;
    const literal = bare === found && (isIPv4(found) || (/^\[.*\]$/.test(found) && isIPv6(found.slice(1, -1))));
    if (isDnsName(bare) || literal) return;
    invalid(context, {
      code: 'SPW2008',
      found,
      allowed: 'a host such as shop.example.com or *.example.com, without a port',
    });
  });
}

/** One host to name in a request or a redirect: a DNS name or an address, without a port. */
export function oneHost() {
  return requestHost().superRefine((found, context) => {
    if (found.startsWith('*'))
      invalid(context, { code: 'SPW2008', found, allowed: 'one host such as shop.example.com, without a port' });
  });
}

/** A status, from `least` to 599. */
export function status(least: number) {
  return integer(least, 599);
}

/** A path to ask for, with or without a query: what a request line can hold as it is. */
export function requestPath() {
  return z.string().superRefine((found, context) => {
    if (/^\/[!-~]*$/.test(found) && !found.includes('#') && found.length <= 1024) return;
    const allowed = 'a path that begins with "/", of visible ASCII characters, without "#"';
    invalid(context, { code: 'SPW2009', found, allowed });
  });
}

/** Where a redirect leads, absolute or relative to the request (RFC 9110, section 10.2.2): visible ASCII. */
export function redirectLocation() {
  return z.string().superRefine((found, context) => {
    if (/^[!-~]{1,2048}$/.test(found)) return;
    const allowed = 'a URL, or a path that begins with "/", of at most 2048 visible ASCII characters';
    invalid(context, { code: 'SPW2009', found, allowed });
  });
}

/** A media type with its parameters, such as `text/html; charset=utf-8` (RFC 9110, section 8.3.1). */
export function mediaType() {
  return z.string().superRefine((found, context) => {
    const parts = found.split(';', 1)[0].trim().split('/');
    const known = parts.length === 2 && parts.every((part) => TOKEN.test(part) && part !== '*');
    if (known && /^[ -~]{1,128}$/.test(found)) return;
    invalid(context, { code: 'SPW2017', found, allowed: 'a media type such as text/html, of visible ASCII' });
  });
}

/** A range of statuses: `200-299`, or one: `204`. */
export function statusRange() {
  return z.string().superRefine((found, context) => {
    const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(found);
    if (match && Number(match[1]) <= Number(match[2] ?? match[1])) return;
    invalid(context, { code: 'SPW2006', found, allowed: 'a status such as "204", or a range such as "200-299"' });
  });
}

/** A cookie name that needs no quoting. */
export function cookieName() {
  return text(64).superRefine((found, context) => {
    if (!TOKEN.test(found)) invalid(context, { code: 'SPW2011', found, allowed: 'a cookie name (RFC 6265)' });
  });
}
