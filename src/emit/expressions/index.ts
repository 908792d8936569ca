/** Regular expressions that PCRE reads, for what a program cannot compare by itself. */
export { EXPRESSION_LIMIT } from './alike';
export { escapeRegex } from './escape';
export { queryExpression } from './query';
