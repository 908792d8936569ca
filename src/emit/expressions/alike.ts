import { readPathPattern } from '../../model';
import type { ValueLimit } from '../../platform';

/**
 * Where RE2, by which the model checks an expression, and PCRE2 read the same text differently, or could: named groups
 * (which become variables of Nginx), octal numbers (or back references), quoting, properties, and what only looks like
 * a class or a repetition.
 */
const READ_DIFFERENTLY = /\(\?P?<|\(\?[a-z]*U|\\[0-9pPvQ]|\\x\{|\{,|\[[.=]|(?<!\[)\[:|[^\x20-\x7e]/;

/** Expressions that PCRE2 reads as RE2 does. Checked on PCRE2 10.42, 2026-11. */
export const EXPRESSION_LIMIT: ValueLimit = {
  at: 'routes.*.path',
  allowed: 'an expression of ASCII without named groups, (?U), \\p, \\v, \\Q, \\x{…}, octal numbers, {,n} and [. [= [:',
  fits: (path) => {
    const pattern = readPathPattern(path as string);
    return pattern.kind !== 'expression' || !READ_DIFFERENTLY.test(pattern.source);
  },
};
