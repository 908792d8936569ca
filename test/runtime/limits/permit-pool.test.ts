import { expect, it } from 'vitest';
import type { ToPermitBorrower } from '../../../src/runtime/limits/messages';
import { PermitPool } from '../../../src/runtime/limits/permit-pool';

const limit = 'tier:web/0';

it('waits no more for the answer of a borrower that is gone', () => {
  const sent: [number, ToPermitBorrower['kind'], (number | string)?][] = [];
  const pool = new PermitPool(limit, 2, (to, message) => {
    const detail = message.kind === 'grant' ? message.count : message.kind === 'recall' ? message.part : undefined;
    sent.push([to, message.kind, detail]);
  });
  const ask = (from: number, turn: number, count: number, need: boolean) => {
    pool.hear(from, { kind: 'ask', limit, turn, count, need });
    return sent.splice(0);
  };
  for (const from of [0, 1]) pool.hear(from, { kind: 'join', limit, most: 2 });
  expect(ask(0, 1, 2, true)).toEqual([[0, 'grant', 2]]);
  expect(ask(1, 1, 1, false)).toEqual([[0, 'recall', 'half']]);
  pool.left(0);
  expect(sent.splice(0)).toEqual([[1, 'grant', 1]]);
  expect(ask(1, 2, 1, true)).toEqual([[1, 'grant', 1]]);
  expect(ask(1, 3, 1, true)).toEqual([[1, 'recall', 'all']]);
});
