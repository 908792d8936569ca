import { z } from 'zod';
import { kinds } from './kind';
import { invalid } from './problem';
import { didYouMean } from './scalars';

/** Ways in which an attempt fails before the target has answered. */
export const ATTEMPT_FAILURES = ['connectFailure', 'reset', 'timeout'] as const;
/** A way in which an attempt fails. */
export type AttemptFailure = (typeof ATTEMPT_FAILURES)[number];

/** When another target is tried: a way to fail, or a status that the target answered. */
export type RetryCondition = AttemptFailure | number;

/** When the fallback answers: `unavailable` when no target answered, or the final status. */
export type FallbackCondition = 'unavailable' | 'timeout' | number;

function condition<Word extends string>(words: readonly Word[], least: number) {
  return z
    .union([z.string(), z.number()])
    .transform((found, context): Word | number => {
      if (typeof found === 'number' && Number.isInteger(found) && found >= least && found <= 599) return found;
      if (words.includes(found as Word)) return found as Word;
      const fix = typeof found === 'string' ? didYouMean(found, words) : undefined;
      invalid(context, {
        code: 'SPW2016',
        found,
        allowed: `${words.join(', ')}, or a status from ${least} to 599`,
        fix,
      });
      return z.NEVER;
    })
    .meta({ anyOf: [{ enum: words }, { type: 'integer', minimum: least, maximum: 599 }] })
    .register(kinds, { kind: 'condition' });
}

/** A condition of `retry.on`: a way to fail, or a status from 400 to 599. */
export function retryCondition() {
  return condition<AttemptFailure>(ATTEMPT_FAILURES, 400);
}

/** A condition of `fallback.on`: `unavailable`, `timeout`, or a status from 400 to 599. */
export function fallbackCondition() {
  return condition<'unavailable' | 'timeout'>(['unavailable', 'timeout'], 400);
}
