import type { Permits } from './permits';
import type { Rate, RateLimit } from './rate';

/**
 * The limits of an instance, as one process uses them. A limit is known by a key that is the same in every process and
 * over reloads: see {@link limitKey}. Asked for again, by a reload, it is the same limit with what is in use, and the
 * number that is asked for now.
 */
export interface Limits {
  /** So many at once. To be asked for when a configuration begins to be served, not while it is prepared. */
  permits(key: string, limit: number): Permits;
  /** So many in a time; as {@link permits}. */
  rate(key: string, rate: Rate): RateLimit;
  /**
   * Forgets the limits that were not asked for since the last call; the data plane calls it at the end of a reload.
   * Permits that are in use still count until they are released, should their limit come back.
   */
  sweep(): void;
}

/**
 * The key of a limit: `listener:web`, `route:rest`, `tier:web/-1` (a pool and the priority of its targets).
 * @param name - of what is limited, as the description has it
 */
export function limitKey(what: 'listener' | 'route' | 'tier', name: string, priority?: number): string {
  return priority === undefined ? `${what}:${name}` : `${what}:${name}/${priority}`;
}
