import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Conditions } from '../../../src/runtime/policies/conditions';
import { request, response } from './support';

const REQUEST = request({
  method: 'POST',
  path: '/v1/items',
  query: 'k=v&age=18&name=J%C3%B6rg&tag=a&tag=b&empty=&hex=0x1F&real_ip=127.0.0.1',
  host: 'shop.example.com',
  scheme: 'https',
  clientAddress: '10.1.2.3',
  fields: {
    'x-test': 'v',
    'user-agent': 'curl/8.0',
    accept: ['text/html, text/plain', 'image/png'],
    cookie: 'a=1; b=x',
  },
});
const RESPONSE = response({ status: 503, fields: { 'content-type': 'text/html', 'x-cache': ['MISS', 'HIT'] } });

function holds(when: unknown[], to = RESPONSE): boolean {
  const conditions = new Conditions([when]);
  return conditions.first(conditions.keep(REQUEST), to) === 0;
}

describe('a comparison', () => {
  it.each([
    // Equal and not equal: a number on the right makes one of what is on the left.
    ['arg_k', '==', 'v', true],
    ['arg_k', '==', 'V', false],
    ['status', '==', 503, true],
    ['status', '==', '503', true],
    ['status', '==', 200, false],
    ['arg_age', '==', 18, true],
    ['arg_age', '==', '18.0', false],
    ['arg_age', '==', 18.5, false],
    ['arg_hex', '==', 31, true],
    ['arg_k', '==', 18, false],
    ['arg_k', '~=', 18, true],
    ['arg_age', '~=', 18, false],
    ['arg_age', '~=', 16, true],
    ['arg_age', '~=', '18', false],
    ['arg_k', '~=', 'v', false],
    ['arg_k', '~=', '************', true],
    // What is not there.
    ['arg_none', '==', 'x', false],
    ['arg_none', '~=', 'jack', true],
    ['arg_none', '~=', 18, true],
    ['arg_none', '>', 10, false],
    ['arg_none', '<', 10, false],
    ['arg_none', '~~', '[a-z]{1,4}', false],
    ['arg_none', '~*', '.*', false],
    ['arg_none', 'in', ['1'], false],
    ['arg_none', 'has', 'a', false],
    ['arg_none', 'ipmatch', '0.0.0.0/0', false],
    ['arg_none', '==', null, true],
    ['arg_none', '~=', null, false],
    ['arg_k', '==', null, false],
    ['arg_k', '~=', null, true],
    ['http_none', '~=', null, false],
    // An empty parameter is there.
    ['arg_empty', '==', '', true],
    ['arg_empty', '==', 0, false],
    // Sizes.
    ['arg_age', '>', 10, true],
    ['arg_age', '>', '10', true],
    ['arg_age', '>', 18, false],
    ['arg_age', '>=', 18, true],
    ['arg_age', '>=', '19', false],
    ['arg_age', '<', 19, true],
    ['arg_age', '<=', 18, true],
    ['arg_age', '<=', 17.9, false],
    ['arg_k', '>', 10, false],
    ['arg_k', '<', 10, false],
    // Expressions, anywhere in the value.
    ['uri', '~~', '^/v[0-9]+/', true],
    ['uri', '~~', 'items', true],
    ['uri', '~~', 'ITEMS', false],
    ['uri', '~*', 'ITEMS', true],
    ['http_user_agent', '~*', '^CURL', true],
    // Lists.
    ['arg_k', 'in', ['v', 'w'], true],
    ['arg_k', 'in', ['w'], false],
    ['status', 'in', [502, 503], true],
    ['status', 'in', ['502', '504'], false],
    ['arg_tag', 'has', 'b', true],
    ['arg_tag', 'has', 'c', false],
    ['http_accept', 'has', 'text/plain', true],
    ['http_accept', 'has', 'text', false],
    ['sent_http_x_cache', 'has', 'HIT', true],
    // Addresses.
    ['remote_addr', 'ipmatch', '10.1.2.3', true],
    ['remote_addr', 'ipmatch', ['127.0.0.1', '10.0.0.0/8'], true],
    ['remote_addr', 'ipmatch', ['2001:db8::/32', '127.0.0.0/8'], false],
    ['arg_real_ip', 'ipmatch', ['127.0.0.1'], true],
    ['arg_k', 'ipmatch', '0.0.0.0/0', false],
    // Variables.
    ['arg_name', '==', 'Jörg', true],
    ['arg_tag', '==', 'a', true],
    ['request_method', '==', 'POST', true],
    ['uri', '==', '/v1/items', true],
    ['request_uri', '~~', '^/v1/items\\?k=v&', true],
    ['args', '~~', '^k=v', true],
    ['query_string', '~~', '^k=v', true],
    ['host', '==', 'shop.example.com', true],
    ['scheme', '==', 'https', true],
    ['http_x_test', '==', 'v', true],
    ['http_X-Test', '==', 'v', true],
    ['http_accept', '==', 'text/html, text/plain, image/png', true],
    ['cookie_b', '==', 'x', true],
    ['cookie_c', '==', null, true],
    ['sent_http_content_type', '==', 'text/html', true],
    ['upstream_http_content_type', '==', 'text/html', true],
    ['upstream_status', '==', 503, true],
    ['upstream_addr', '==', '127.0.0.1:9001', true],
    ['status', 'IN', [503], true],
  ])('of %s %s %j is %s, and the opposite when it is negated', (variable, operator, value, expected) => {
    expect(holds([[variable, operator, value]])).toBe(expected);
    expect(holds([[variable, '!', operator, value]])).toBe(!expected);
  });

  it('knows nothing of a target where none answered', () => {
    const own = response({ status: 502, target: '', tier: '', fields: { 'content-type': 'application/json' } });
    expect(holds([['upstream_status', '==', null]], own)).toBe(true);
    expect(holds([['upstream_http_content_type', '==', null]], own)).toBe(true);
    expect(holds([['sent_http_content_type', '==', 'application/json']], own)).toBe(true);
    expect(holds([['status', '==', 502]], own)).toBe(true);
  });

  it('takes no longer for an expression that others go back in', () => {
    const long = response({ fields: { 'x-long': 'a'.repeat(30_000) } });
    expect(holds([['sent_http_x_long', '~~', '^(a+)+$']], long)).toBe(true);
    expect(holds([['sent_http_x_long', '~~', '^(a+)+b$']], long)).toBe(false);
  });
});

describe('conditions side by side', () => {
  it('hold together, and where there are none', () => {
    expect(holds([])).toBe(true);
    expect(
      holds([
        ['status', '==', 503],
        ['arg_k', '==', 'v'],
      ]),
    ).toBe(true);
    expect(
      holds([
        ['status', '==', 503],
        ['arg_k', '==', 'w'],
      ]),
    ).toBe(false);
  });

  it('are the logic that their words say', () => {
    type Tree = { when: unknown[]; value: boolean };
    const leaf = fc.boolean().map((value): Tree => ({ when: ['status', '==', value ? 503 : 200], value }));
    const { tree } = fc.letrec<{ tree: Tree; join: Tree }>((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, leaf, tie('join')),
      join: fc
        .tuple(
          fc.constantFrom('AND', 'OR', '!AND', '!OR', 'or', ''),
          fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
        )
        .map(([word, parts]) => {
          const any = word.toUpperCase().endsWith('OR');
          const value = any ? parts.some((part) => part.value) : parts.every((part) => part.value);
          const when = parts.map((part) => part.when);
          return { when: word === '' ? when : [word, ...when], value: word.startsWith('!') ? !value : value };
        }),
    }));
    fc.assert(
      fc.property(tree, ({ when, value }) => {
        expect(holds([when])).toBe(value);
      }),
    );
  });
});

describe('what is kept of a request', () => {
  it('is what conditions name, each once', () => {
    const conditions = new Conditions([
      [
        ['arg_k', '==', 'v'],
        ['http_x_test', '==', 'v'],
      ],
      [['OR', ['arg_k', '==', 'w'], ['status', '==', 1]]],
    ]);
    expect(conditions.needsRequest).toBe(true);
    expect(conditions.keep(REQUEST)).toEqual([['v'], ['v']]);
  });

  it('is nothing where they name none', () => {
    expect(new Conditions([[['status', '==', 404]], []]).needsRequest).toBe(false);
  });

  it('decides with the response which condition is the first to hold', () => {
    const conditions = new Conditions([[['status', '==', 404]], [['arg_k', '==', 'w']], [['arg_k', '==', 'v']], []]);
    const kept = conditions.keep(REQUEST);
    expect(conditions.first(kept, RESPONSE)).toBe(2);
    expect(conditions.first(kept, response({ status: 404 }))).toBe(0);
    expect(conditions.first([], RESPONSE)).toBe(3);
  });
});
