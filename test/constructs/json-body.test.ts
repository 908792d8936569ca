import { describe, expect, it } from 'vitest';
import { Fallback } from '../../src/constructs';
import { DEFERRED_NUMBER, headlines, newApi } from './support';

function apiAnswering(body: unknown) {
  const api = newApi();
  api.addRoute('all', { fallback: Fallback.json(body) });
  return api;
}

describe('a JSON body', () => {
  it.each(['_name', '_word', '_words', 'poolName', 'node', 'token', 'constructor', 'toString', '', 'a b'])(
    'may hold the key "%s"',
    (key) => {
      const body = { [key]: 'value', list: [{ [key]: { [key]: null } }] };
      const api = apiAnswering(body);
      expect(api.node.validate()).toEqual([]);
      expect(api._model().api.routes.all.fallback?.json).toEqual(body);
    },
  );

  it.each([
    ['as the whole', '@{text}'],
    ['as a value', { message: '@{text}' }],
    ['within a text', { message: 'Back at @{time}.' }],
    ['as a number', { seconds: DEFERRED_NUMBER }],
    ['as a list', { items: ['@{list}'] }],
    ['in a list', { items: ['a', '@{item}'] }],
    ['far down', { a: [{ b: { c: [['@{text}']] } }] }],
    ['as a key', { '@{key}': 'value' }],
    ['as a key far down', { a: [{ b: { '@{key}': 'value' } }] }],
  ])('holds no value that is known only at deployment: %s', (_, body) => {
    expect(headlines(apiAnswering(body).node.validate())).toEqual([
      'error SPW2018 App/Shop/all fallback.json: a value that is known only at deployment is not allowed here',
    ]);
  });

  it('holds none either where it takes the place of a response', () => {
    const api = newApi();
    const responseRewrite = [{ when: [['status', '==', 404]], json: { messages: ['@{text}'] } }];
    api.addRoute('all', { fallback: Fallback.text('x'), responseRewrite });
    expect(headlines(api.node.validate())).toEqual([
      'error SPW2018 App/Shop/all responseRewrite[0].json: a value that is known only at deployment is not allowed here',
    ]);
  });
});
