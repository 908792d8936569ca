import { beforeEach, expect, it } from 'vitest';
import { IdleConnections } from '../../../src/runtime/upstream';
import { IdleRoom } from '../../../src/runtime/upstream/idle-connections';

class Fake {
  idleSince = 0;
  closed = false;
  close(): void {
    this.closed = true;
  }
}

let idle: IdleConnections<Fake>;
beforeEach(() => {
  idle = new IdleConnections();
});

it('gives the one that came last', () => {
  const [a, b] = [new Fake(), new Fake()];
  idle.keep(a, 0);
  idle.keep(b, 1);
  expect([idle.take(2), idle.take(2), idle.take(2)]).toEqual([b, a, undefined]);
});

it('gives none that has waited for longer than asked', () => {
  idle.keep(new Fake(), 0);
  expect(idle.take(501, 500)).toBe(undefined);
  expect(idle.take(500, 500)).toBeDefined();
});

it('closes those that have waited for 4 s, before most servers would', () => {
  const [old, young] = [new Fake(), new Fake()];
  idle.keep(old, 0);
  idle.keep(young, 10);
  idle.sweep(4_005);
  expect([old.closed, young.closed]).toEqual([true, false]);
});

it('closes the one that has waited longest where another is to take its place', () => {
  const [old, young] = [new Fake(), new Fake()];
  expect(idle.empty).toBe(true);
  idle.dropOldest();
  idle.keep(old, 0);
  idle.keep(young, 10);
  idle.dropOldest();
  expect([old.closed, young.closed, idle.empty]).toEqual([true, false, false]);
});

it('forgets one that ended by itself', () => {
  const one = new Fake();
  idle.keep(one, 0);
  idle.remove(one);
  expect(idle.take(0)).toBe(undefined);
});

it('keeps none once it is retired', () => {
  const one = new Fake();
  idle.keep(one, 0);
  idle.retire();
  expect(one.closed).toBe(true);
  expect(idle.keep(new Fake(), 0)).toBe(false);
});

it('keeps no more than there is room for beside those to other targets', () => {
  const room = new IdleRoom(2);
  const [one, other] = [new IdleConnections<Fake>(room), new IdleConnections<Fake>(room)];
  const gone = new Fake();
  expect([one.keep(gone, 0), other.keep(new Fake(), 0), one.keep(new Fake(), 0)]).toEqual([true, true, false]);
  one.remove(gone);
  one.remove(gone);
  expect(one.keep(new Fake(), 0)).toBe(true);
  one.take(0);
  expect(one.keep(new Fake(), 0)).toBe(true);
  one.sweep(10_000);
  other.retire();
  expect(room.taken).toBe(0);
});
