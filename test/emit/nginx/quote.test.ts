import { describe, expect, it } from 'vitest';
import { literal, quote } from '../../../src/emit/nginx/quote';

describe('a word of Nginx', () => {
  it.each([
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['$host', '$host'],
    ['', '""'],
    ['two words', '"two words"'],
    ['a;b', '"a;b"'],
    ['{"a":1}', `'{"a":1}'`],
    [`it's "x"`, `"it's \\"x\\""`],
    ['^\\S+ \\. x$', '"^\\S+ \\. x$"'],
    ['ends with \\', '"ends with \\\\"'],
    ['a\\nb c', '"a\\\\nb c"'],
    ['a\\\nb', '"a\\\\\\nb"'],
    ['line\r\n\tend', '"line\\r\\n\\tend"'],
  ])('writes %j as %s', (word, written) => {
    expect(quote(word)).toBe(written);
  });

  it('writes a dollar sign by the variable that holds one', () => {
    expect(literal('$5 and $host')).toBe('${dollar}5 and ${dollar}host');
  });
});
