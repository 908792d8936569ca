import { expect, it } from 'vitest';
import { codesOf } from './codes';

const on = (...conditions: unknown[]) => codesOf({ pool: 'live', fallback: { on: conditions, text: 'x' } });
const rewrite = (rewrites: object[], rest: object = {}) =>
  codesOf({ pool: 'live', responseRewrite: rewrites, ...rest });

it.each([[[503]], [[500, 503]], [[502, 503]], [[503, 504]], [['timeout', 503]]])(
  'warns of a fallback on %j, which dead or silent targets do not meet',
  (conditions) => {
    expect(on(...conditions)).toEqual(['SPW5001 fallback.on']);
  },
);

it.each([
  [['unavailable']],
  [['unavailable', 503]],
  [[502, 503, 504]],
  [[502, 503, 'timeout']],
  [[500]],
  [['timeout']],
])('says nothing of a fallback on %j', (conditions) => {
  expect(on(...conditions)).toEqual([]);
});

it('warns of a rewrite that stands in for a fallback, and misses the same', () => {
  const body = { text: 'Back in a minute.' };
  const when = (status: unknown) => ({ when: [['status', '==', status]], ...body });
  expect(rewrite([when(404), when(503)])).toEqual(['SPW5001 responseRewrite[1].when']);
  expect(rewrite([when(502), when(503), when(504)])).toEqual([]);
  expect(rewrite([{ when: [['status', '==', 503]], headers: { 'X-A': 'b' } }])).toEqual([]);
  expect(rewrite([when(503)], { fallback: { text: 'x' } })).toEqual([]);
});
