import { expect, it } from 'vitest';
import { Bounded } from '../../../src/runtime/limits/buckets';

const boundedOf = (most: number) => new Bounded<{ loss: number }>(most, ({ loss }) => loss);

it('makes what is not there, and keeps what is', () => {
  const all = boundedOf(2);
  const first = all.use('a', () => ({ loss: 1 }));
  expect(all.use('a', () => ({ loss: 2 }))).toBe(first);
  expect(all.size).toBe(1);
});

it('forgets the longest unused where all would lose the same', () => {
  const all = boundedOf(2);
  all.use('a', () => ({ loss: 1 }));
  all.use('b', () => ({ loss: 1 }));
  all.use('a', () => ({ loss: 1 }));
  all.use('c', () => ({ loss: 1 }));
  expect([...all.entries()].map(([key]) => key)).toEqual(['a', 'c']);
});

it('forgets the one with the least to lose among the longest unused', () => {
  const all = boundedOf(20);
  for (let i = 0; i < 20; i++) all.use(String(i), () => ({ loss: i === 5 ? 1 : i === 15 ? 0 : 2 }));
  all.use('new', () => ({ loss: 2 }));
  expect(all.size).toBe(20);
  expect(all.peek('5')).toBeUndefined();
  expect(all.peek('15')).toBeDefined();
});
