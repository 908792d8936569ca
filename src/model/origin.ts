import { z } from 'zod';
import { invalid } from './problem';

/** An origin as browsers send it (RFC 6454, section 6.2), or `*` for every one. */
export function origin() {
  return z.string().superRefine((found, context) => {
    const serialised = originOf(found);
    if (found === '*' || found === serialised) return;
    const fix = serialised === undefined ? undefined : `Write "${serialised}".`;
    invalid(context, { code: 'SPW2008', found, allowed: '"*", or an origin such as https://example.com', fix });
  });
}

/** Of applications with a scheme of their own, such as `capacitor://localhost`. */
const OWN_SCHEME = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+$/;

/** The origin of a URL; `undefined` where it has none that a browser would send. */
function originOf(text: string): string | undefined {
  if (text.length > 256 || text.includes('*')) return undefined;
  try {
    const { origin } = new URL(text);
    if (origin !== 'null') return origin;
    return OWN_SCHEME.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
