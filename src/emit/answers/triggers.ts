import type { Fallback } from '../../model';
import { OWN_ANSWERS } from '../../passes';

/** When a fallback answers, by who failed. */
export interface FallbackTriggers {
  /** Statuses that the data plane would give because no target answered. */
  readonly own: readonly number[];
  /** Statuses that a target gave. */
  readonly answered: readonly number[];
}

const FAILURES = [OWN_ANSWERS.noAnswer.status, OWN_ANSWERS.noTarget.status, OWN_ANSWERS.timeout.status];

/** `unavailable` means every failure of our own making, `timeout` the own 504, a number any final status. */
export function fallbackTriggers({ on }: Fallback): FallbackTriggers {
  const statuses = on.filter((condition) => typeof condition === 'number');
  const own = FAILURES.filter(
    (status) =>
      on.includes('unavailable') ||
      statuses.includes(status) ||
      (status === OWN_ANSWERS.timeout.status && on.includes('timeout')),
  );
  return { own, answered: [...new Set(statuses)].sort((a, b) => a - b) };
}
