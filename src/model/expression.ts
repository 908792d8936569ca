import { RE2JS } from 're2js';

/** What is wrong with a regular expression in RE2's syntax; `undefined` where nothing is. */
export function expressionError(source: string): string | undefined {
  if (source === '' || source.length > 1024) return 'An expression has 1 to 1024 characters.';
  if (/\p{Cc}/u.test(source)) return 'Write control characters as escapes.';
  try {
    RE2JS.compile(source);
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.message}.` : String(error);
  }
}
