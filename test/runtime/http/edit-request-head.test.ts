import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editRequestHead, OctetBuffer, type RequestChanges, RequestHead } from '../../../src/runtime/http';
import { changed, field, fieldChanges, fieldsOf, linesOf, NO_CHANGES } from './heads';

const LIMITS = { head: 65_536, uri: 8_192, headers: 100 };
const NOTHING: RequestChanges = { target: undefined, host: undefined, fields: NO_CHANGES };
const head = new RequestHead();

/** The edited head; `undefined` where it was refused. */
function edit(text: string, changes: Partial<RequestChanges>): Buffer | undefined {
  const bytes = Buffer.from(text, 'latin1');
  const to = new OctetBuffer(16);
  const headEnd = head.read(bytes, 0, bytes.length, LIMITS);
  expect(headEnd).toBeGreaterThan(0);
  if (editRequestHead(to, head, bytes, headEnd, { ...NOTHING, ...changes })) return Buffer.from(to.view());
  expect(to.length).toBe(0);
  return undefined;
}

const text = (text: string, changes: Partial<RequestChanges>) => edit(text, changes)?.toString('latin1');
const set = (name: string, value: string) => ({
  fields: { ...NO_CHANGES, set: new Map([[name.toLowerCase(), { name, value }]]) },
});
const add = (name: string, value: string) => ({ fields: { ...NO_CHANGES, added: [{ name, value }] } });
const remove = (name: string) => ({ fields: { ...NO_CHANGES, removed: new Set([name]) } });

const PLAIN = 'GET /a?b=c HTTP/1.1\r\nHost: x\r\nA: 1\r\n\r\n';

describe('the edited head of a request', () => {
  it('reads as exactly the wanted fields, target and host', () => {
    const path = fc.stringMatching(/^\/[a-z0-9%7E;,]{0,9}$/).filter((one) => !/%(?!7E)/.test(one));
    const target = fc.option(fc.record({ path, query: fc.stringMatching(/^[a-z=&/?]{0,9}$/) }), { nil: undefined });
    const host = fc.option(fc.constantFrom('y', 'api.example.com:8080', '[::1]:1'), { nil: undefined });
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), fieldChanges, target, host, (fields, changes, target, host) => {
        const result = edit(`POST /p?q HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n${linesOf(fields)}\r\n`, {
          target,
          host,
          fields: changes,
        });
        if (result === undefined) throw new Error('refused');
        expect(head.read(result, 0, result.length, LIMITS)).toBe(result.length);
        expect([head.method, head.path(result), head.query(result)]).toEqual([
          'POST',
          target?.path ?? '/p',
          target === undefined ? 'q' : target.query,
        ]);
        expect([head.hosts, head.host(result), head.contentLength, head.cuts]).toEqual([1, host ?? 'x', 7, 0]);
        const others = fieldsOf(result).filter(({ name }) => name !== 'Host' && name !== 'Content-Length');
        expect(others).toEqual(changed(fields, changes));
      }),
    );
  });

  it('is the same head where nothing is changed', () => {
    expect(text(PLAIN, {})).toBe(PLAIN);
  });

  it('is the same when it is edited once more', () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), fieldChanges, (fields, changes) => {
        const once = { ...changes, added: [] };
        const first = text(`GET / HTTP/1.1\r\nHost: x\r\n${linesOf(fields)}\r\n`, { fields: once });
        expect(text(first ?? '', { fields: once })).toBe(first);
      }),
    );
  });

  it('keeps the asterisk, which is no path', () => {
    const options = 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n';
    expect(text(options, { target: { path: '/b', query: '' } })).toBe(options);
  });

  it('keeps what asks for another protocol, and the version', () => {
    const upgrade = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n';
    expect(text(upgrade, { host: 'y' })).toBe(
      'GET / HTTP/1.1\r\nHost: y\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n',
    );
    expect(text('GET / HTTP/1.0\r\n\r\n', { host: 'y' })).toBe('GET / HTTP/1.0\r\nHost: y\r\n\r\n');
  });

  it('may say anew who asks', () => {
    const from = 'GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n';
    expect(text(from, set('X-Forwarded-For', '5'))).toBe('GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 5\r\n\r\n');
    expect(text(from, remove('x-forwarded-for'))).toBe('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  });
});

describe('nothing is written', () => {
  it.each([
    ['a line break in a value', set('A', 'b\r\nC: d')],
    ['a bare line feed', add('A', 'b\nC: d')],
    ['NUL', set('A', '\0')],
    ['a character that is no octet', set('A', '\u010d')],
    ['a colon in a name', set('A:', 'b')],
    ['a space in a name', add('A ', 'b')],
    ['an empty name', add('', 'b')],
    ['a length that is set', set('Content-Length', '1')],
    ['a length that is removed', remove('content-length')],
    ['a length in disguise', set('Content_Length', '1')],
    ['a transfer coding', add('Transfer-Encoding', 'chunked')],
    ['a field of the connection', set('Connection', 'A')],
    ['an expectation', set('Expect', '100-continue')],
    ['a second host', add('Host', 'y')],
    ['a host with a line break', { host: 'y\r\nA: b' }],
    ['a path with a space', { target: { path: '/a HTTP/1.1', query: '' } }],
    ['a path with a line break', { target: { path: '/a\r\nA: b', query: '' } }],
    ['a fragment', { target: { path: '/a#b', query: '' } }],
    ['a path that is none', { target: { path: 'a', query: '' } }],
    ['a query with a space', { target: { path: '/', query: 'a b' } }],
  ] as [string, Partial<RequestChanges>][])('where a change is %s', (_, changes) => {
    expect(text(PLAIN, changes)).toBeUndefined();
  });
});
