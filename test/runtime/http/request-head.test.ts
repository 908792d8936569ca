import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INCOMPLETE, RequestHead } from '../../../src/runtime/http';

const head = new RequestHead();

function read(text: string, mostFields = 100): number {
  const bytes = Buffer.from(text, 'latin1');
  return head.read(bytes, 0, bytes.length, mostFields);
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
    head.read(bytes, 0, bytes.length, 10);
    expect([head.method, head.path(bytes), head.query(bytes), head.host(bytes)]).toEqual([
      'POST',
      '/a/b',
      'c=d?e',
      'shop.test:80',
    ]);
  });

  it('tells the path of an absolute target that has none', () => {
    const bytes = Buffer.from('GET http://a.test?q HTTP/1.1\r\nHost: x\r\n\r\n');
    head.read(bytes, 0, bytes.length, 10);
    expect([head.path(bytes), head.query(bytes), head.host(bytes)]).toEqual(['/', 'q', 'a.test']);
  });

  it('tells every value of a field', () => {
    const bytes = Buffer.from(get('X-A: 1', 'x-a:  2 ', 'X-AB: 3'));
    head.read(bytes, 0, bytes.length, 10);
    expect(head.field(bytes, 'x-a')).toEqual(['1', '2']);
  });

  it('takes HTTP/1.0 for closing unless it asks to be kept', () => {
    read('GET / HTTP/1.0\r\n\r\n');
    expect(head.close).toBe(true);
    read('GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n');
    expect(head.close).toBe(false);
  });
});

describe('a head that servers would read differently', () => {
  it.each([
    ['a length and chunks', get('Content-Length: 1', 'Transfer-Encoding: chunked')],
    ['two lengths', get('Content-Length: 1', 'Content-Length: 1')],
    ['a list of lengths', get('Content-Length: 1, 1')],
    ['a signed length', get('Content-Length: +1')],
    ['a negative length', get('Content-Length: -1')],
    ['a hexadecimal length', get('Content-Length: 0x1')],
    ['an empty length', get('Content-Length:')],
    ['a length beyond all numbers', get(`Content-Length: ${'9'.repeat(16)}`)],
    ['an encoding besides chunked', get('Transfer-Encoding: gzip, chunked')],
    ['an unknown encoding', get('Transfer-Encoding: xchunked')],
    ['two encodings', get('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
    ['chunks in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a folded line', get('A: b', ' c')],
    ['a space before the colon', get('Content-Length : 1')],
    ['a line without a colon', get('A')],
    ['an empty name', get(': a')],
    ['a name with a space', get('A B: c')],
    ['a bare LF after a line', 'GET / HTTP/1.1\nHost: x\r\n\r\n'],
    ['a bare LF after a field', 'GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n'],
    ['a bare LF at the end', 'GET / HTTP/1.1\r\nHost: x\r\n\n'],
    ['a bare CR in a value', get('A: b\rc')],
    ['NUL in a value', get('A: b\0c')],
    ['DEL in a value', get('A: b\x7fc')],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two hosts', get('Host: y')],
    ['an empty host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n'],
    ['a host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n'],
    ['a host with a user', 'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n'],
    ['a host with two ports', 'GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n'],
    ['a list of hosts', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['a nominated length', get('Content-Length: 1', 'Connection: content-length')],
    ['a nominated host', get('Connection: close, Host')],
    ['a nominated encoding', get('Transfer-Encoding: chunked', 'Connection: transfer-encoding')],
    ['two spaces in the first line', 'GET  / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a fragment', 'GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an octet above ASCII in the target', 'GET /\xe4 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a target without a slash', 'GET a HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['GET *', 'GET * HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an absolute target with a user', 'GET http://a@b/ HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an absolute target without a host', 'GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['another scheme', 'GET ftp://a/ HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['a small version', 'GET / http/1.1\r\nHost: x\r\n\r\n'],
    ['a space before the method', ' GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('is refused: %s', (_, text) => {
    expect(read(text)).toBe(-400);
  });

  it.each([
    '/..',
    '/../a',
    '/a/..',
    '/./a',
    '/a/.',
    '/%2e%2e/a',
    '/.%2E/a',
    '/a/%2e',
    '/a/..%2fb',
    '/a%2f..',
    '/a/..;x/b',
    '/a\\..\\b',
    '/a/..%5cb',
  ])('is refused: a dot segment in %s', (path) => {
    expect(read(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe(-400);
    expect(read(`GET http://h${path}?q HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe(-400);
  });
});

it.each([
  ['CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', -405],
  ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', -505],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', -505],
  ['GET / HTTP/1.2\r\nHost: a\r\n\r\n', -505],
])('gives %j the status %i', (text, status) => {
  expect(read(text)).toBe(status);
});

it('refuses more fields than allowed, however many come', () => {
  const fields = (count: number) => get(...Array.from({ length: count - 1 }, () => 'Keep-Alive: 1'));
  expect(read(fields(10), 10)).toBeGreaterThan(0);
  expect(read(fields(11), 10)).toBe(-431);
  expect(read(fields(1001), 5000)).toBe(-431);
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
      expect(head.read(bytes, 0, bytes.length, 100)).toBe(bytes.length);
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
