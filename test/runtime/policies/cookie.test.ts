import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cookieIn, stayingCookie } from '../../../src/runtime/policies';

it.each([
  ['the only one', ['a=1'], '1'],
  ['one among others', ['b=2; a=1; c=3'], '1'],
  ['the first of two', ['a=1; a=2'], '1'],
  ['one in a second field', ['b=2', 'a=1'], '1'],
  ['one without a space before it', ['b=2;a=1'], '1'],
  ['one with blanks around', ['b=2;\t a \t=  1 \t; c=3'], '1'],
  ['an empty one', ['a='], ''],
  ['one with quotes, which are part of it', ['a="1"'], '"1"'],
  ['one with an equals sign in it', ['a=b=c'], 'b=c'],
  ['none whose name only begins so', ['ab=1; ba=2'], undefined],
  ['none of another case', ['A=1'], undefined],
  ['none within a value', ['b=a=1'], undefined],
  ['none without an equals sign', ['a; b=2'], undefined],
  ['none of no cookies', [], undefined],
  ['none of an empty field', ['', ';;', ' ; '], undefined],
  ['none with another blank in its name', ['\u00a0a=1'], undefined],
])('finds %s', (_, fields, value) => {
  expect(cookieIn(fields, 'a')).toBe(value);
});

it('finds what a client sends back of each cookie', () => {
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}$/);
  const value = fc.stringMatching(/^[!#-+\x2d-:<-[\]-~]{0,8}$/);
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(token, value), { selector: ([name]) => name }), (pairs) => {
      const field = pairs.map((pair) => pair.join('=')).join('; ');
      for (const [name, sent] of pairs) expect(cookieIn([field], name)).toBe(sent);
    }),
  );
});

it('writes a cookie for the whole host that no script reads, and that stays on TLS where it came by it', () => {
  expect(stayingCookie('target', 'x1', 'http')).toBe('target=x1; Path=/; HttpOnly; SameSite=Lax');
  expect(stayingCookie('target', 'x1', 'https')).toBe('target=x1; Path=/; HttpOnly; SameSite=Lax; Secure');
});
