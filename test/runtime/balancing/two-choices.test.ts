import { expect, it } from 'vitest';
import { balancerOf } from '../../../src/runtime/balancing';
import { Random } from '../support/random';
import { membersOf, type Played, send } from './support';

function started(weights: readonly number[], random: () => number) {
  const members = membersOf(weights);
  const balancer = balancerOf<Played>('random', random);
  balancer.update(members);
  return { members, balancer };
}

/** These, one after another, and again. */
function rolls(...values: readonly number[]): () => number {
  let at = 0;
  return () => values[at++ % values.length] as number;
}

it('chooses the less busy of two that it draws, not the least busy of all', () => {
  const { members, balancer } = started([1, 1, 1, 1], rolls(0.1, 0.3));
  for (const [index, { target }] of members.entries()) target.inFlight = [3, 2, 0, 0][index] as number;
  expect(balancer.next([], false, undefined)).toBe(members[1]);
});

it('draws by weight', () => {
  const { members, balancer } = started([1, 8, 1], rolls(0.95, 0.89, 0.05, 0.11));
  members[1].target.inFlight = 100;
  expect(balancer.next([], false, undefined)).toBe(members[2]);
  expect(balancer.next([], false, undefined)).toBe(members[0]);
});

it('draws two different ones', () => {
  const { members, balancer } = started([1, 1], rolls(0));
  members[0].target.inFlight = 1;
  expect(balancer.next([], false, undefined)).toBe(members[1]);
});

it('keeps targets far more even than chance alone would', () => {
  const random = new Random(4);
  const { members, balancer } = started(new Array<number>(50).fill(1), () => random.next());
  for (let i = 0; i < 5000; i++) send(balancer);
  const loads = members.map(({ target }) => target.inFlight);
  // With chance alone the fullest would have about 125.
  expect(Math.max(...loads)).toBeLessThanOrEqual(104);
});
