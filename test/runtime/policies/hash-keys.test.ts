import { expect, it } from 'vitest';
import { hashKeyText } from '../../../src/runtime/balancing';
import { Course, HashKeys } from '../../../src/runtime/policies';
import { request } from './support';

function hashes(keys: readonly (string | undefined)[], parts: Parameters<typeof request>[0] = {}) {
  const course = new Course();
  HashKeys.of(keys.map((hashKey) => ({ hashKey })))?.onRequest(request(parts), course);
  return Object.fromEntries(course.hashes);
}

it.each([
  ['clientAddress', '192.0.2.1'],
  ['path', '/basket'],
  ['header:X-User', 'ann, bob'],
  ['cookie:session', 's1'],
  ['query:user', 'carl and dan'],
])('hashes by %s', (key, value) => {
  const parts = {
    path: '/basket',
    query: 'user=carl+and%20dan&user=eve',
    fields: { 'x-user': ['ann', 'bob'], cookie: 'session=s1' },
  };
  expect(hashes([key], parts)).toEqual({ [key]: hashKeyText(value) });
});

it('hashes nothing that a request does not have, or has empty', () => {
  expect(
    hashes(['header:X-User', 'cookie:session', 'query:user'], { query: 'user=', fields: { 'x-user': '' } }),
  ).toEqual({});
});

it('hashes what any of the pools wants, once', () => {
  expect(Object.keys(hashes(['path', undefined, 'clientAddress', 'path']))).toEqual(['path', 'clientAddress']);
});

it('is not there for pools that hash nothing', () => {
  expect(HashKeys.of([{ hashKey: undefined }, { hashKey: undefined }])).toBeUndefined();
});
