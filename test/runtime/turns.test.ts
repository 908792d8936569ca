import { expect, it } from 'vitest';
import { Turns } from '../../src/runtime/turns';

it('does one piece of work after the other, also after one that failed', async () => {
  const turns = new Turns();
  const done: string[] = [];
  let finish = () => {};
  const first = turns.take(
    () =>
      new Promise<void>((_, reject) => {
        finish = () => reject(new Error('no'));
      }),
  );
  const second = turns.take(async () => done.push('second'));
  await Promise.resolve();
  expect(done).toEqual([]);
  finish();
  await expect(first).rejects.toThrow('no');
  expect(await second).toBe(1);
  await turns.ended();
  expect(done).toEqual(['second']);
});
