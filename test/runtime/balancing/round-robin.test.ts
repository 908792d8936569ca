import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balancerOf } from '../../../src/runtime/balancing';
import { counts, membersOf, type Played } from './support';

const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });

it('chooses each target exactly as often as its weight says, over every whole cycle, among those that are available', () => {
  fc.assert(
    fc.property(weights, fc.nat({ max: 200 }), fc.infiniteStream(fc.boolean()), (list, start, down) => {
      const members = membersOf(list);
      for (const { target } of members.slice(1)) target.available = !down.next().value;
      const balancer = balancerOf<Played>('roundRobin');
      balancer.update(members);
      counts(balancer, members, new Array(start).fill(undefined));
      const due = members.map(({ weight, target }) => (target.available ? weight : 0));
      const cycle = due.reduce((sum, weight) => sum + weight, 0);
      expect(counts(balancer, members, new Array(cycle).fill(undefined))).toEqual(due);
    }),
  );
});
