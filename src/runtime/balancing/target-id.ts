import { createHash } from 'node:crypto';

/**
 * By what a client remembers a target: the same on every machine and after every start, and not its address in clear.
 * @param name - `host:port`
 */
export function targetId(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, ID_LENGTH);
}

const ID_LENGTH = 16;
