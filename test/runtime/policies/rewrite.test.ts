import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Course, HeadEdit, RewritePolicy } from '../../../src/runtime/policies';
import { route } from './described';
import { request, response } from './support';

function policy(rewrite: object, path = '/v1/*'): RewritePolicy {
  const { rewrite: read, path: pattern } = route({ path, rewrite });
  if (read === undefined) throw new Error('no rewrite');
  return new RewritePolicy(read, pattern);
}

function changed(rewrite: object, from = request({ path: '/v1/items' }), path?: string): Course {
  const course = new Course();
  const one = policy(rewrite, path);
  one.onRequest?.(from, course, 0);
  one.onResponse?.(response(), course, 0);
  return course;
}

describe('a rewritten path', () => {
  it.each([
    ['/v1/*', '/*', '/v1/items/7', '/items/7'],
    ['/v1/*', '/api/v2/*', '/v1/items', '/api/v2/items'],
    ['/v1/*', '/api/*', '/v1/', '/api/'],
    ['/v1/*', '/api', '/v1/items', '/api'],
    ['/*', '/api/*', '/v1/items', '/api/v1/items'],
    ['/exact', '/other', '/exact', '/other'],
    ['~^/v[0-9]+/', '/other', '/v12/x', '/other'],
    ['/v1/*', '/*', '/v1/a%2Fb/c%20d', '/a%2Fb/c%20d'],
    ['/v1/*', '/*', '/v1//a//', '//a//'],
  ])('of a route for %s to %s is, of %s, %s', (pattern, to, path, expected) => {
    expect(changed({ path: to }, request({ path }), pattern).target?.path).toBe(expected);
  });

  it('keeps the query', () => {
    const { target } = changed({ path: '/*' }, request({ path: '/v1/a', query: 'b=c%20d&e' }));
    expect(target).toEqual({ path: '/a', query: 'b=c%20d&e' });
  });

  it('carries over what the route matched, whatever that is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{0,30}$/), (rest) => {
        expect(changed({ path: '/new/*' }, request({ path: `/v1/${rest}` })).target?.path).toBe(`/new/${rest}`);
      }),
    );
  });
});

describe('rewritten fields', () => {
  const rewrite = {
    host: 'api.internal',
    setHeaders: { 'X-Api': 'shop' },
    removeHeaders: ['X-Debug'],
    setResponseHeaders: { 'X-Frame-Options': 'DENY' },
    removeResponseHeaders: ['Server'],
  };

  it('are those of the request and those of the response', () => {
    const course = changed(rewrite);
    expect([course.host, course.target]).toEqual(['api.internal', undefined]);
    expect([...course.request.set.values()]).toEqual([{ name: 'X-Api', value: 'shop' }]);
    expect([...course.request.removed]).toEqual(['x-debug']);
    expect([...course.response.set.values()]).toEqual([{ name: 'X-Frame-Options', value: 'DENY' }]);
    expect([...course.response.removed]).toEqual(['server']);
  });

  it('are set where they are removed as well', () => {
    const { request } = changed({ setHeaders: { 'X-A': '1' }, removeHeaders: ['x-a'] });
    expect([request.set.size, request.removed.size]).toEqual([1, 0]);
  });

  it('are the same when they are rewritten again', () => {
    const course = new Course();
    const one = policy(rewrite);
    for (let i = 0; i < 2; i++) one.onRequest?.(request(), course, 0);
    const once = new Course();
    one.onRequest?.(request(), once, 0);
    expect(course).toEqual(once);
  });
});

it('costs nothing where nothing of it is asked for', () => {
  expect(policy({ setHeaders: { A: 'b' } }).onResponse).toBeUndefined();
  expect(policy({ removeResponseHeaders: ['A'] }).onRequest).toBeUndefined();
});

describe('the values that a field will have', () => {
  const edit = (change: (edit: HeadEdit) => void) => {
    const one = new HeadEdit();
    change(one);
    return one.over('a', ['1', '2']);
  };

  it('are its own, what is set in their place, and what is added', () => {
    expect(edit(() => {})).toEqual(['1', '2']);
    expect(edit((one) => one.setField('A', '3'))).toEqual(['3']);
    expect(edit((one) => one.removeField('A'))).toEqual([]);
    expect(edit((one) => one.addField('A', '3'))).toEqual(['1', '2', '3']);
    expect(edit((one) => one.addField('B', '3'))).toEqual(['1', '2']);
  });
});
