import { expect, it } from 'vitest';
import { Course, MirrorPolicy } from '../../../src/runtime/policies';
import type { Pool } from '../../../src/runtime/upstream';

const pool = {} as Pool;

/** How many of a hundred requests, whose chances are spread evenly, are copied. */
function copied(percent: number): number {
  let next = 0;
  const policy = new MirrorPolicy(pool, percent, () => next++ / 100);
  let count = 0;
  for (let i = 0; i < 100; i++) {
    const course = new Course();
    policy.onRequest(undefined, course);
    if (course.mirror === pool) count += 1;
  }
  return count;
}

it.each([0, 1, 10, 50, 100])('copies %d percent of the requests', (percent) => {
  expect(copied(percent)).toBe(percent);
});
