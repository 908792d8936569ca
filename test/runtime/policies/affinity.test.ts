import { expect, it } from 'vitest';
import { targetId } from '../../../src/runtime/balancing';
import { Affinity, Course, type PolicyRequest, type PolicyResponse } from '../../../src/runtime/policies';
import { request, response } from './support';

const ID = targetId('127.0.0.1:9001');

/** What a client that sends a cookie is told by a response. */
function told(
  cookie: string | undefined,
  answer: Partial<PolicyResponse> = {},
  scheme: PolicyRequest['scheme'] = 'http',
  rehearsing = false,
) {
  const affinity = new Affinity({ cookie: 'target' });
  const course = new Course();
  const fields: Record<string, string> = cookie === undefined ? {} : { cookie: `a=1; target=${cookie}` };
  affinity.onRequest(request({ fields, scheme }), course);
  if (rehearsing) course.rehearsal = { timeout: 1, ended: () => {} };
  affinity.onResponse(response(answer), course);
  return { sticky: course.sticky, set: course.response.added.map(({ name, value }) => `${name}: ${value}`) };
}

it('asks for the target that the client remembers', () => {
  expect(told('abc').sticky).toBe('abc');
  expect(told(undefined).sticky).toBeUndefined();
});

it('tells a client whose target answered, and not where that is', () => {
  const { set } = told(undefined);
  expect(set).toEqual([`Set-Cookie: target=${ID}; Path=/; HttpOnly; SameSite=Lax`]);
  expect(set[0]).not.toContain('9001');
});

it('tells a client whose target is another one than before', () => {
  expect(told(targetId('127.0.0.1:9002')).set).toHaveLength(1);
});

it('tells nothing to a client that was with this target before', () => {
  expect(told(ID).set).toEqual([]);
});

it('keeps the cookie on TLS for a client that came by it', () => {
  expect(told(undefined, {}, 'https').set[0]).toMatch(/; Secure$/);
});

it.each([
  ['answers of nobody', { target: '' }, false],
  ['fallbacks', { fallback: true }, false],
  ['rehearsals', {}, true],
])('makes no client stay because of %s', (_, answer, rehearsing) => {
  expect(told(undefined, answer, 'http', rehearsing).set).toEqual([]);
});
