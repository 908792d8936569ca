import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeadLimits, INCOMPLETE, RequestHead } from '../../../src/runtime/http';
import { BAD_FIELDS } from '../strictness/fields';
import { BAD_FRAMING } from '../strictness/framing';
import { BAD_HOSTS } from '../strictness/hosts';
import { SMUGGLED } from '../strictness/octets';
import { BAD_LINES, BAD_PATHS } from '../strictness/request-lines';
import { HEAD_LIMITS } from '../support/limits';

const head = new RequestHead();

function read(text: string, limits: HeadLimits = HEAD_LIMITS): number {
  const bytes = Buffer.from(text, 'latin1');
  return head.read(bytes, 0, bytes.length, limits);
}

const get = (...fields: string[]) =>
  `GET / HTTP/1.1\r\nHost: x\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;

describe('a whole head', () => {
  it.each([
    ['a plain request', get()],
    ['a value with tabs and octets above ASCII', get('A: \t\xe4\xf6 b\t')],
    ['an empty value', get('A:')],
    ['a length with zeros in front', get('Content-Length: 007')],
    ['an empty line before the request', `\r\n${get()}`],
    ['HTTP/1.0 without a host', 'GET / HTTP/1.0\r\n\r\n'],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an absolute target', 'GET https://a.test HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an IPv6 host with a port', 'GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n'],
    ['an unusual method', 'M-SEARCH / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['dots that are no segment', 'GET /a.b/..c/d../.well-known?x=/../ HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('takes %s', (_, text) => {
    expect(read(text)).toBe(text.length);
  });

  it('tells method, path, query and host', () => {
    const bytes = Buffer.from('POST /a/b?c=d?e HTTP/1.1\r\nhOsT:  shop.test:80 \r\n\r\n');
    head.read(bytes, 0, bytes.length, HEAD_LIMITS);
    expect([head.method, head.path(bytes), head.query(bytes), head.host(bytes)]).toEqual([
      'POST',
      '/a/b',
      'c=d?e',
      'shop.test:80',
    ]);
  });

  it('tells the path of an absolute target that has none', () => {
    const bytes = Buffer.from('GET http://a.test?q HTTP/1.1\r\nHost: x\r\n\r\n');
    head.read(bytes, 0, bytes.length, HEAD_LIMITS);
    expect([head.path(bytes), head.query(bytes), head.host(bytes)]).toEqual(['/', 'q', 'a.test']);
  });

  it('tells every value of a field', () => {
    const bytes = Buffer.from(get('X-A: 1', 'x-a:  2 ', 'X-AB: 3'));
    head.read(bytes, 0, bytes.length, HEAD_LIMITS);
    expect(head.field(bytes, 'x-a')).toEqual(['1', '2']);
  });

  it('takes HTTP/1.0 for closing unless it asks to be kept', () => {
    read('GET / HTTP/1.0\r\n\r\n');
    expect(head.close).toBe(true);
    read('GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n');
    expect(head.close).toBe(false);
  });
});

describe('a head that servers would read differently, or that is none', () => {
  it.each([...BAD_LINES, ...BAD_PATHS, ...BAD_FIELDS, ...BAD_HOSTS, ...BAD_FRAMING])(
    'is refused: %s (%i)',
    (_, status, text) => {
      expect(read(text + SMUGGLED)).toBe(-status);
    },
  );
});

it('refuses more fields than allowed, however many come', () => {
  const fields = (count: number) => get(...Array.from({ length: count - 1 }, () => 'Keep-Alive: 1'));
  expect(read(fields(10), { ...HEAD_LIMITS, headers: 10 })).toBeGreaterThan(0);
  expect(read(fields(11), { ...HEAD_LIMITS, headers: 10 })).toBe(-431);
  expect(read(fields(1001), { ...HEAD_LIMITS, headers: 5000 })).toBe(-431);
});

it.each([
  ['the request line', -414, 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n', 16],
  ['a field', -431, 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n', 17],
  ['the last octet', -431, 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n', 27],
  ['nothing', 28, 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n', 28],
])('tells what the limit of the whole cuts off: %s', (_, result, text, limit) => {
  expect(read(text, { ...HEAD_LIMITS, head: limit })).toBe(result);
});

it('finds every beginning of a head incomplete, and none of them wrong', () => {
  const whole =
    '\r\nPOST http://a.test:8/x?y HTTP/1.1\r\nHost: a\r\nConnection: close, X\r\nX: 1\r\nContent-Length: 3\r\n\r\n';
  for (let length = 0; length < whole.length; length++)
    expect([length, read(whole.slice(0, length))]).toEqual([length, INCOMPLETE]);
});

it('never cuts into what stays: the lines that are left are lines of the head', () => {
  const name = fc.constantFrom(
    'Connection',
    'connection',
    'Keep-Alive',
    'X-A',
    'X-B',
    'Upgrade',
    'X-Forwarded-Foo',
    'Accept',
  );
  const value = fc.constantFrom('keep-alive', 'x-a', 'close, x-b', 'X-A , upgrade', '1', '');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 12 }), (fields) => {
      const lines = fields.map(([key, text]) => `${key}: ${text}`);
      const bytes = Buffer.from(get(...lines));
      expect(head.read(bytes, 0, bytes.length, HEAD_LIMITS)).toBe(bytes.length);
      let kept = '';
      let at = 0;
      for (let i = 0; i < head.cuts; i++) {
        kept += bytes.toString('latin1', at, head.cutStart[i]);
        at = head.cutEnd[i];
      }
      kept += bytes.toString('latin1', at);
      const nominated = fields
        .filter(([key]) => /^connection$/i.test(key))
        .flatMap(([, text]) =>
          text
            .toLowerCase()
            .split(',')
            .map((one) => one.trim()),
        );
      const gone = (key: string) =>
        /^(connection|keep-alive|upgrade|x-forwarded-.*)$/i.test(key) || nominated.includes(key.toLowerCase());
      expect(kept).toBe(get(...fields.filter(([key]) => !gone(key)).map(([key, text]) => `${key}: ${text}`)));
    }),
  );
});
