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

/** The origin of a URL; `undefined` where it has none. */
function originOf(text: string): string | undefined {
  try {
    const { origin } = new URL(text);
    return origin === 'null' || text.length > 256 ? undefined : origin;
  } catch {
    return undefined;
  }
}
