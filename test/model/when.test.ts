import { describe, expect, it } from 'vitest';
import { formatPath, type Problem, parseApi, validate } from '../../src/model';

function description(when: unknown) {
  return {
    version: 1,
    name: 'shop',
    listeners: { web: { port: 8080 } },
    pools: { live: { targets: [{ address: '127.0.0.1:9001' }] } },
    routes: { all: { pool: 'live', responseRewrite: [{ when, status: 200 }] } },
  };
}

const AT = 'routes.all.responseRewrite[0].when';
const problems = (when: unknown): readonly Problem[] => validate(description(when)).problems;
const codes = (when: unknown) => problems(when).map(({ code, path }) => `${code} ${formatPath(path)}`);

describe('conditions', () => {
  it.each([
    [[]],
    [[['status', '==', 404]]],
    [[['status', 'in', [500, 502, '503']]]],
    [[['http_x_debug', '~=', null]]],
    [[['arg_k', '!', '>', '10']]],
    [[['uri', '~~', '^/v[0-9]+/']]],
    [[['http_user_agent', '~*', 'curl|wget']]],
    [[['remote_addr', 'ipmatch', '10.0.0.0/8']]],
    [[['remote_addr', '!', 'ipmatch', ['10.0.0.0/8', '::1']]]],
    [[['http_accept', 'HAS', 'text/html']]],
    [['OR', ['status', '==', 404], ['status', '==', 410]]],
    [['!and', ['status', '==', 404], ['!OR', ['cookie_a', '==', 'b'], ['upstream_http_age', '>', 5]]]],
    [
      [
        ['status', '>=', 500],
        ['or', ['host', '==', 'a.example.com'], ['host', '==', 'b.example.com']],
      ],
    ],
    [
      [
        [
          ['status', '>=', 500],
          ['status', '~=', 501],
        ],
        ['scheme', '==', 'https'],
      ],
    ],
  ])('may be %j', (when) => {
    expect(problems(when)).toEqual([]);
    expect(parseApi(description(when)).routes.all.responseRewrite[0].when).toEqual(when);
  });

  it.each([
    ['an operator that is none', [['status', '=', 404]], 'SPW2007', '[0][1]'],
    ['an operator that every object has', [['status', 'constructor', 404]], 'SPW2007', '[0][1]'],
    ['a variable that is none', [['statuz', '==', 404]], 'SPW2007', '[0][0]'],
    ['a variable without its name', [['http_', '==', 'a']], 'SPW2007', '[0][0]'],
    ['no operator', [['status', 404]], 'SPW2016', '[0]'],
    ['no value', [['status', '==']], 'SPW2016', '[0]'],
    ['too much', [['status', '==', 404, 405]], 'SPW2016', '[0]'],
    ['the negation in front', [['!', 'status', '==', 404]], 'SPW2016', '[0]'],
    ['an empty condition', [['status', '==', 404], []], 'SPW2016', '[1]'],
    ['no list', ['status', '==', 404], 'SPW2016', '[0]'],
    ['a single joined condition', ['OR', ['status', '==', 404]], 'SPW2016', ''],
    ['a single joined condition within', [['AND', ['status', '==', 404]]], 'SPW2016', '[0]'],
    ['what is no condition', [404], 'SPW2016', '[0]'],
    ['an expression that is none', [['uri', '~~', '(']], 'SPW2010', '[0][2]'],
    ['an expression that is no text', [['uri', '~~', 5]], 'SPW2003', '[0][2]'],
    ['an expression that could take for ever', [['uri', '!', '~*', '(?=a)']], 'SPW2010', '[0][3]'],
    ['a range that is none', [['remote_addr', 'ipmatch', '10.0.0.0/33']], 'SPW2008', '[0][2]'],
    ['one range that is none', [['remote_addr', 'ipmatch', ['::1', '10.0.0']]], 'SPW2008', '[0][2]'],
    ['no range', [['remote_addr', 'ipmatch', []]], 'SPW2003', '[0][2]'],
    ['a list that is none', [['status', 'in', 404]], 'SPW2003', '[0][2]'],
    ['a comparison of size with a text', [['status', '>', 'many']], 'SPW2003', '[0][2]'],
    ['a comparison with an object', [['status', '==', {}]], 'SPW2003', '[0][2]'],
    [
      'a mistake far down',
      ['OR', ['status', '==', 1], ['AND', ['status', '==', 2], ['uri', '?', 3]]],
      'SPW2007',
      '[2][2][1]',
    ],
  ])('are refused with %s', (_, when, code, at) => {
    expect(codes(when)).toEqual([`${code} ${AT}${at}`]);
  });

  it('are refused where they go too deep', () => {
    let when: unknown = ['status', '==', 404];
    for (let depth = 0; depth < 20; depth++) when = [when];
    expect(problems([when]).map(({ code }) => code)).toEqual(['SPW2016']);
  });

  it.each([
    [[['statuz', '==', 404]], 'Did you mean "status"?'],
    [[['htp_user_agent', '==', 'a']], 'Did you mean "http_user_agent"?'],
    [[['status', 'ipmath', '::1']], 'Did you mean "ipmatch"?'],
    [['AN', ['status', '==', 1], ['status', '==', 2]], 'Did you mean "AND"?'],
    [[['arg_k', 'v']], 'Write ["arg_k","==","v"].'],
    [['status', '==', 404], 'Write a list of conditions: [["status","==",404]].'],
  ])('say what was meant by %j', (when, fix) => {
    expect(problems(when)[0].fix).toBe(fix);
  });

  it('tell every mistake at once', () => {
    expect(
      codes([
        ['statuz', '=', 1],
        ['uri', '~~', '('],
      ]),
    ).toEqual([`SPW2007 ${AT}[0][0]`, `SPW2007 ${AT}[0][1]`, `SPW2010 ${AT}[1][2]`]);
  });
});
