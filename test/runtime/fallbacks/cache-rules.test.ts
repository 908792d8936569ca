import { describe, expect, it } from 'vitest';
import { directivesOf, keepable, readFields } from '../../../src/runtime/fallbacks/cache-rules';

function response(lines: readonly string[], status = 200, personal = false) {
  const head = Buffer.from([`HTTP/1.1 ${status} x`, 'Content-Length: 2', ...lines, '', ''].join('\r\n'), 'latin1');
  return keepable(readFields(status, head), personal);
}

describe('a response', () => {
  it('is kept with its own fields, without those of its connection', () => {
    const lines = [
      'Content-Type: text/plain',
      'Connection: close, X-Hop',
      'X-Hop: 1',
      'ETag: "a"',
      'Age: 7',
      'Via: a',
      'via: b',
    ];
    expect(response(lines)).toEqual({
      status: 200,
      contentType: 'text/plain',
      headers: { ETag: '"a"', via: 'a, b' },
      age: 7_000,
      usableFor: Number.POSITIVE_INFINITY,
      framing: 2,
      varyNames: [],
    });
  });

  it.each([
    ['a failure', [], 500],
    ['a redirect', [], 302],
    ['an answer without a change', [], 304],
    ['a part', [], 206],
    ['cookies', ['Set-Cookie: a=b'], 200],
    ['Cache-Control: private', ['Cache-Control: max-age=5, Private'], 200],
    ['Cache-Control: private, for some fields', ['Cache-Control: private="x"'], 200],
    ['Cache-Control: no-store', ['Cache-Control: max-age=5', 'Cache-Control: no-store'], 200],
    ['Cache-Control: no-cache', ['Cache-Control: no-cache'], 200],
    ['Vary: *', ['Vary: Accept, *'], 200],
  ])('is not kept with %s', (_, lines, status) => {
    expect(response(lines as string[], status as number)).toBeUndefined();
  });

  it('is not kept where its body ends with its connection, since it may have broken off', () => {
    expect(keepable(readFields(200, Buffer.from('HTTP/1.1 200 OK\r\n\r\n')), false)).toBeUndefined();
    expect(
      keepable(readFields(200, Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')), false),
    ).toBeDefined();
  });

  it('to somebody with cookies is kept only where it is said to be for everybody', () => {
    expect(response([], 200, true)).toBeUndefined();
    expect(response(['Cache-Control: max-age=5'], 200, true)).toBeUndefined();
    expect(response(['Cache-Control: public'], 200, true)).toBeDefined();
    expect(response(['Cache-Control: s-maxage=5'], 200, true)).toBeDefined();
  });

  it('is given only while it is fresh where its target forbids more', () => {
    expect(response(['Cache-Control: max-age=5, must-revalidate'])?.usableFor).toBe(5_000);
    expect(response(['Cache-Control: max-age=5, s-maxage=9'])?.usableFor).toBe(9_000);
    expect(response(['Cache-Control: proxy-revalidate'])?.usableFor).toBe(0);
  });

  it('names the fields by which it differs once, in small letters', () => {
    expect(response(['Vary: Accept, Accept-Encoding', 'Vary: accept'])?.varyNames).toEqual([
      'accept',
      'accept-encoding',
    ]);
  });
});

it('reads directives, quoted or not', () => {
  expect([...directivesOf('max-age="10", No-Store ,x=1;y, private="a, b"')]).toEqual([
    ['max-age', '10'],
    ['no-store', ''],
    ['x', '1'],
    ['y', ''],
    ['private', 'a, b'],
  ]);
});
