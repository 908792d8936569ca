import { expect, it, vi } from 'vitest';
import { OwnPermits } from '../../../src/runtime/limits/own-permits';

it('gives as many as the limit says, and one more for each that is released', () => {
  const permits = new OwnPermits(2);
  expect([permits.tryAcquire(), permits.exhausted, permits.tryAcquire()]).toEqual([true, false, true]);
  expect([permits.exhausted, permits.tryAcquire(), permits.inUse]).toEqual([true, false, 2]);
  permits.release();
  expect([permits.exhausted, permits.tryAcquire()]).toEqual([false, true]);
});

it('tells who waits of each that is released, and nobody else', () => {
  const permits = new OwnPermits(1);
  const onMore = vi.fn(() => void permits.tryAcquire());
  permits.user = { onMore, onNone: vi.fn() };
  permits.tryAcquire();
  permits.release();
  expect(onMore).not.toHaveBeenCalled();
  permits.tryAcquire();
  permits.want(1);
  expect(onMore).not.toHaveBeenCalled();
  permits.release();
  expect(onMore).toHaveBeenCalledOnce();
  expect(permits.inUse).toBe(1);
});

it('keeps what is in use when the limit is lowered, and tells who waits when it is raised', () => {
  const permits = new OwnPermits(3);
  for (let i = 0; i < 3; i++) permits.tryAcquire();
  permits.limit = 1;
  permits.release();
  permits.release();
  expect([permits.inUse, permits.tryAcquire()]).toEqual([1, false]);
  const onMore = vi.fn();
  permits.user = { onMore, onNone: vi.fn() };
  permits.want(1);
  permits.limit = 2;
  expect(onMore).toHaveBeenCalledOnce();
  expect(permits.tryAcquire()).toBe(true);
});

it('gives nothing while what was there before is beyond the limit', () => {
  const permits = new OwnPermits(2);
  permits.occupy(3);
  permits.release();
  expect(permits.tryAcquire()).toBe(false);
  permits.release();
  expect(permits.tryAcquire()).toBe(true);
});
