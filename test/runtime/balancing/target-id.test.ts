import { expect, it } from 'vitest';
import { targetId } from '../../../src/runtime/balancing';

it('is the same everywhere, fits into a cookie, and shows no address', () => {
  expect(targetId('10.0.0.1:8080')).toBe(targetId('10.0.0.1:8080'));
  expect(targetId('10.0.0.1:8080')).toMatch(/^[A-Za-z0-9_-]{16}$/);
  expect(targetId('10.0.0.1:8080')).not.toBe(targetId('10.0.0.1:8081'));
});
