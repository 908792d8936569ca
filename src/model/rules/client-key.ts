import { isToken } from '../http-words';

/** What tells clients apart, in words for a problem. */
export const CLIENT_KEYS = 'clientAddress, header:NAME, cookie:NAME or query:NAME';

/** Whether a text says what tells clients apart. */
export function isClientKey(found: string): boolean {
  const at = found.indexOf(':');
  const kind = found.slice(0, Math.max(at, 0));
  return found === 'clientAddress' || (['header', 'cookie', 'query'].includes(kind) && isToken(found.slice(at + 1)));
}
