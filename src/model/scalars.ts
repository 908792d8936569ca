import { z } from 'zod';
import { invalid } from './problem';
import { suggest } from './suggest';

/** A whole number within bounds, both included. */
export function integer(minimum: number, maximum: number) {
  return z
    .number()
    .meta({ type: 'integer', minimum, maximum })
    .superRefine((found, context) => {
      if (Number.isInteger(found) && found >= minimum && found <= maximum) return;
      invalid(context, { code: 'SPW2006', found, allowed: `a whole number from ${minimum} to ${maximum}` });
    });
}

/** A share in percent, 0 to 100 unless `minimum` says otherwise; fractions are allowed. */
export function percent(minimum = 0) {
  return z
    .number()
    .meta({ minimum, maximum: 100 })
    .superRefine((found, context) => {
      if (found >= minimum && found <= 100) return;
      invalid(context, { code: 'SPW2006', found, allowed: `a percentage from ${minimum} to 100` });
    });
}

/** One of a closed set of words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words);
}

/** A list with at least one member. */
export function atLeastOne<Member extends z.ZodType>(member: Member) {
  return z
    .array(member)
    .meta({ minItems: 1 })
    .superRefine((found, context) => {
      if (found.length === 0) invalid(context, { code: 'SPW2015', found, allowed: 'at least one member' });
    });
}

/** A text without control characters, so that it can stand in a log line, a comment or a label. */
export function text(maxLength: number) {
  return z
    .string()
    .meta({ minLength: 1, maxLength })
    .superRefine((found, context) => {
      if (found.length > maxLength) {
        invalid(context, { code: 'SPW2013', found, allowed: `at most ${maxLength} characters` });
      } else if (found === '' || /\p{Cc}/u.test(found)) {
        invalid(context, { code: 'SPW2017', found, allowed: 'one line of text, not empty' });
      }
    });
}

/** The form of a name. */
export const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** The same in words. */
export const NAME_ALLOWED = 'a letter, then up to 62 letters, digits, "-" or "_"';

/** The name of a listener, pool, route or arm: it becomes part of file names, labels and metrics. */
export function name() {
  return z
    .string()
    .meta({ pattern: NAME.source })
    .superRefine((found, context) => {
      if (!NAME.test(found)) invalid(context, { code: 'SPW2014', found, allowed: NAME_ALLOWED });
    });
}

/** A map from names to values; a rule of its own looks at the names, so that the values are looked at as well. */
export function named<Value extends z.ZodType>(value: Value) {
  return z.record(z.string().meta({ pattern: NAME.source }), value);
}

/** `Did you mean "x"?` where a known word is near, for the `fix` of a problem. */
export function didYouMean(found: string, known: readonly string[]): string | undefined {
  const near = suggest(found, known);
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}
