import type { Balancer, Candidate, Member } from '../../../src/runtime/balancing';

/** A target as balancing sees it, as a test sets it. */
export interface Played extends Candidate {
  available: boolean;
  draining: boolean;
  full: boolean;
  inFlight: number;
}

/** Members by their weights: `127.0.0.1:0`, `127.0.0.1:1`, … */
export function membersOf(weights: readonly number[]): Member<Played>[] {
  return weights.map((weight, index) => ({
    target: { name: `127.0.0.1:${index}`, available: true, draining: false, full: false, inFlight: 0 },
    weight,
    share: weight,
    credit: 0,
  }));
}

/** Sends one request more to whoever is chosen. */
export function send(balancer: Balancer<Played>): void {
  const chosen = balancer.next([], false, undefined);
  if (chosen !== undefined) chosen.target.inFlight += 1;
}

/** How often each member is chosen. @param hashes - one for each choice */
export function counts(
  balancer: Balancer<Played>,
  members: readonly Member<Played>[],
  hashes: readonly (number | undefined)[],
): number[] {
  const found = new Map<Member<Played> | undefined, number>();
  for (const hash of hashes) {
    const chosen = balancer.next([], false, hash);
    found.set(chosen, (found.get(chosen) ?? 0) + 1);
  }
  return members.map((member) => found.get(member) ?? 0);
}

/** So many hashes, spread over all that there are. */
export function spread(count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.imul(index + 1, 0x9e37_79b1) >>> 0);
}
