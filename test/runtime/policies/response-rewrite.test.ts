import { describe, expect, it } from 'vitest';
import { parseApi } from '../../../src/model';
import { Course } from '../../../src/runtime/policies';
import { ResponseRewritePolicy } from '../../../src/runtime/policies/response-rewrite';
import { request, response } from './support';

function policy(responseRewrite: object[]) {
  const api = parseApi({
    version: 1,
    name: 'shop',
    listeners: { web: { port: 8080 } },
    pools: { live: { targets: [{ address: '127.0.0.1:9001' }] } },
    routes: { all: { pool: 'live', responseRewrite } },
  });
  return new ResponseRewritePolicy(api.routes.all.responseRewrite);
}

function rewritten(responseRewrite: object[], to = response(), from = request()): Course {
  const course = new Course();
  const one = policy(responseRewrite);
  one.onRequest?.(from, course, 0);
  one.onResponse(to, course);
  return course;
}

const OUTAGE = { when: [['status', 'in', [502, 503, 504]]], status: 200, json: { message: 'Back soon.' } };

describe('a rewritten response', () => {
  it('has the status and the body of its rule, and nothing that describes the old body', () => {
    const course = rewritten([OUTAGE], response({ status: 503 }));
    expect([course.status, course.body]).toEqual([
      200,
      { text: '{"message":"Back soon."}', contentType: 'application/json' },
    ]);
    expect([...course.response.removed]).toContain('etag');
    expect([...course.response.removed]).toContain('content-encoding');
  });

  it('stays what it is where no rule fits', () => {
    const course = rewritten([OUTAGE], response({ status: 404 }));
    expect([course.status, course.body, course.response.empty]).toEqual([undefined, undefined, true]);
  });

  it('is rewritten by the first rule that fits, and no other', () => {
    const rules = [
      { when: [['status', '==', 500]], status: 501 },
      { when: [['arg_v', '==', '2']], headers: { 'X-Version': '2' } },
      { headers: { 'X-Other': '1' } },
    ];
    const course = rewritten(rules, response(), request({ query: 'v=2' }));
    expect([...course.response.set.values()]).toEqual([{ name: 'X-Version', value: '2' }]);
    expect([...rewritten(rules).response.set.keys()]).toEqual(['x-other']);
  });

  it('keeps its body where only fields are set', () => {
    const course = rewritten([{ headers: { ETag: '"1"' } }]);
    expect([course.body, course.response.removed.size]).toEqual([undefined, 0]);
  });

  it('may say of what type its text is, and have fields that describe it', () => {
    const headers = { 'content-type': 'text/html', ETag: '"1"' };
    const course = rewritten([{ text: '<p>', headers }]);
    expect(course.body).toEqual({ text: '<p>', contentType: undefined });
    expect(course.response.set.get('etag')?.value).toBe('"1"');
    expect(course.response.removed.has('etag')).toBe(false);
  });

  it('gets an empty text', () => {
    expect(rewritten([{ text: '' }]).body).toEqual({ text: '', contentType: 'text/plain; charset=utf-8' });
  });

  it('gets no body with a status that has none', () => {
    expect(rewritten([{ text: 'x' }], response({ status: 204 })).body).toBeUndefined();
    expect(rewritten([{ text: 'x', status: 304 }]).body).toBeUndefined();
  });

  it('is whole where it was a part', () => {
    expect(rewritten([{ text: 'x' }], response({ status: 206 })).status).toBe(200);
    expect(rewritten([{ headers: { A: 'b' } }], response({ status: 206 })).status).toBeUndefined();
  });
});

it('keeps nothing of requests that no condition names', () => {
  expect(policy([OUTAGE]).onRequest).toBeUndefined();
  const course = new Course();
  policy([{ when: [['uri', '==', '/']], text: 'x' }]).onRequest?.(request(), course, 0);
  expect(course.kept.size).toBe(1);
});
