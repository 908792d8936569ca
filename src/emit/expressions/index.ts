/** Regular expressions that PCRE reads, for what a program cannot compare by itself. */
export { escapeRegex } from './escape';
export { queryExpression } from './query';
