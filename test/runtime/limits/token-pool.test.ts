import { expect, it } from 'vitest';
import type { ToTokenBorrower } from '../../../src/runtime/limits/messages';
import { TokenPool } from '../../../src/runtime/limits/token-pool';

const ON = { limit: 'route:rest', key: 'a' };

it('lends nothing while a claim is under way, so that what is given back is not what was lent since', () => {
  const sent: [number, ToTokenBorrower['kind'], number?][] = [];
  const pool = new TokenPool(ON.limit, 2, (to, message) =>
    sent.push(message.kind === 'lend' ? [to, message.kind, message.count] : [to, message.kind]),
  );
  for (const from of [0, 1]) pool.hear(from, { kind: 'rate', limit: ON.limit, rate: { perSecond: 1, burst: 2 } }, 0);
  for (const from of [0, 1]) pool.hear(from, { kind: 'tokens', ...ON, count: 1, unspent: 0 }, 0);
  expect(sent.splice(0)).toEqual([
    [0, 'lend', 1],
    [1, 'lend', 1],
  ]);
  pool.hear(0, { kind: 'tokens', ...ON, count: 1, unspent: 0 }, 0);
  expect(sent.splice(0)).toEqual([[1, 'claim']]);
  // A token has come, and the other one asks before it has heard of the claim.
  pool.hear(1, { kind: 'tokens', ...ON, count: 1, unspent: 1 }, 1000);
  expect(sent.splice(0)).toEqual([]);
  pool.hear(1, { kind: 'return', ...ON, count: 1, answer: true }, 1000);
  expect(sent.splice(0)).toEqual([
    [0, 'lend', 1],
    [1, 'lend', 1],
  ]);
});
