import { describe, expect, it } from 'vitest';
import { fetchArgument, logFormat, quote } from '../../../src/emit/haproxy/quote';

describe('a word of HAProxy', () => {
  it.each([
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['', "''"],
    ['two words', "'two words'"],
    ['a#b', "'a#b'"],
    ['{"a":"$HOME"}', `'{"a":"$HOME"}'`],
    [`it's "$x" \\`, `"it's \\"\\$x\\" \\\\"`],
    ['line\r\n\tend\u0001', '"line\\r\\n\\tend\\x01"'],
    ['\u0085', '"\\xc2\\x85"'],
    ['é', "'é'"],
  ])('writes %j as %s', (literal, written) => {
    expect(quote(literal)).toBe(written);
  });

  it('doubles what begins a variable in a log format, and writes an empty one as a sample', () => {
    expect([logFormat('100 %[src]'), logFormat('')]).toEqual(['100 %%[src]', '%[str()]']);
  });

  it('quotes an argument of a fetch that is more than a name', () => {
    expect([fetchArgument('X-Beta'), fetchArgument(`a"b\\'c`)]).toEqual(['X-Beta', `"a\\"b\\\\'c"`]);
  });
});
