import type { Choice } from '../../../src/runtime/upstream';

/** The choice of a target for a plain GET. */
export function choice(tried: Choice['tried'] = [], rest: Partial<Choice> = {}): Choice {
  return { tried, safe: true, sticky: undefined, now: 0, hash: () => undefined, ...rest };
}
