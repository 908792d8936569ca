import { z } from 'zod';
import { expressionError } from './expression';
import { invalid } from './problem';

/** What a route's `path` means: the whole path, everything below a prefix, or a linear-time regular expression. */
export type PathPattern =
  | { readonly kind: 'exact'; readonly path: string }
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'expression'; readonly source: string };

const LITERAL = /^\/[A-Za-z0-9\-._~!$&'()+,;=:@%/]*$/;

/** Reads a pattern that {@link pathPattern} has accepted. The prefix of `/v1/*` is `/v1/`. */
export function readPathPattern(found: string): PathPattern {
  if (found.startsWith('~')) return { kind: 'expression', source: found.slice(1) };
  if (found.endsWith('/*')) return { kind: 'prefix', prefix: found.slice(0, -1) };
  return { kind: 'exact', path: found };
}

/**
 * A path: exact; a prefix if it ends in `/*`; a regular expression, in RE2's syntax and searched anywhere in the path,
 * if it begins with `~`. RE2 runs in linear time, so no request can make an expression slow.
 */
export function pathPattern() {
  return z.string().superRefine((found, context) => {
    if (found.startsWith('~')) {
      const reason = expressionError(found.slice(1));
      if (reason === undefined) return;
      invalid(context, {
        code: 'SPW2010',
        found,
        allowed: 'a regular expression in RE2 syntax after "~"',
        fix: reason,
      });
      return;
    }
    const literal = found.endsWith('/*') ? found.slice(0, -1) : found;
    if (LITERAL.test(literal) && !/%(?![0-9A-Fa-f]{2})/.test(literal) && found.length <= 1024) return;
    invalid(context, {
      code: 'SPW2009',
      found,
      allowed: 'a path that begins with "/", a prefix that ends in "/*", or "~" and an expression',
      fix: literal.includes('*') ? 'A "*" stands only at the end, after "/". Elsewhere use an expression.' : undefined,
    });
  });
}

/** `.` and `..` as a segment, written plainly or not: servers resolve them, each in its own way. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** A path to put in place of a request's: literal, or with a final `/*`, which carries over what the route's own matched. */
export function newPath() {
  return z.string().superRefine((found, context) => {
    const literal = found.endsWith('/*') ? found.slice(0, -1) : found;
    const valid = LITERAL.test(literal) && !/%(?![0-9A-Fa-f]{2})/.test(literal) && found.length <= 1024;
    if (valid && !literal.startsWith('//') && !DOT_SEGMENT.test(literal)) return;
    const allowed = 'a path that begins with one "/", without "." or ".." as a part; a final /* carries over';
    const fix = literal.includes('?') ? 'The query of the request is kept as it is.' : undefined;
    invalid(context, { code: 'SPW2009', found, allowed, fix });
  });
}
