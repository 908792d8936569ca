import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balancerOf } from '../../../src/runtime/balancing';
import { counts, membersOf, type Played, send } from './support';

function started(weights: readonly number[], inFlight: readonly number[] = []) {
  const members = membersOf(weights);
  for (const [index, { target }] of members.entries()) target.inFlight = inFlight[index] ?? 0;
  const balancer = balancerOf<Played>('leastRequests');
  balancer.update(members);
  return { members, balancer };
}

it('chooses the least busy', () => {
  const { members, balancer } = started([1, 1, 1], [3, 1, 2]);
  expect(balancer.next([], false, undefined)).toBe(members[1]);
});

it('counts a target with twice the weight as half as busy', () => {
  // With one request more: 3 of 1, 5 of 2.
  const { members, balancer } = started([1, 2], [2, 4]);
  expect(balancer.next([], false, undefined)).toBe(members[1]);
});

it('lets those that are equally busy take turns', () => {
  const { members, balancer } = started([1, 1, 1, 1], [0, 5, 0, 0]);
  expect(counts(balancer, members, new Array(9).fill(undefined))).toEqual([3, 0, 3, 3]);
});

it('keeps the requests of equal targets within one of each other, whichever end first', () => {
  const steps = fc.array(fc.option(fc.nat(), { nil: undefined }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), steps, (count, list) => {
      const { members, balancer } = started(new Array<number>(count).fill(1));
      for (const leaves of list) {
        const busiest = members.reduce((one, other) => (other.target.inFlight > one.target.inFlight ? other : one));
        if (leaves === undefined) send(balancer);
        else if (busiest.target.inFlight > 0) busiest.target.inFlight -= 1;
        const loads = members.map(({ target }) => target.inFlight);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }
    }),
  );
});
