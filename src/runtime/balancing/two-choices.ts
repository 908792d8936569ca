import { type Balancer, type Candidate, eligible, loadOf, type Member } from './balancer';

/** Draws that may fail before all members are looked at: enough while most of them are available. */
const DRAWS = 8;

/**
 * The less busy of two that are drawn by their shares (the power of two choices): nearly as even as the least busy of all,
 * without a look at all of them, and data planes that do not know of each other do not all run to the same one.
 */
export class TwoChoices<Target extends Candidate> implements Balancer<Target> {
  private members: readonly Member<Target>[] = [];
  /** The weights of the members up to each, added up. */
  private sums: readonly number[] = [];

  /** @param random - from 0 up to 1 */
  constructor(private readonly random: () => number = Math.random) {}

  update(members: readonly Member<Target>[]): void {
    let sum = 0;
    this.members = members;
    this.sums = members.map(({ weight }) => (sum += weight));
  }

  next(tried: readonly Candidate[], panic: boolean): Member<Target> | undefined {
    const first = this.draw(tried, panic, undefined);
    const second = first && this.draw(tried, panic, first);
    if (first === undefined || second === undefined) return first;
    return loadOf(second) < loadOf(first) ? second : first;
  }

  private draw(
    tried: readonly Candidate[],
    panic: boolean,
    other: Member<Target> | undefined,
  ): Member<Target> | undefined {
    for (let i = 0; i < DRAWS && this.members.length > 1; i++) {
      const member = this.byWeight();
      if (member === other || !eligible(member.target, tried, panic)) continue;
      if (member.share === member.weight || this.random() * member.weight < member.share) return member;
    }
    return this.amongAll(tried, panic, other);
  }

  private byWeight(): Member<Target> {
    const { members, sums } = this;
    const wanted = this.random() * (sums.at(-1) as number);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return members[low] as Member<Target>;
  }

  /** One that is drawn by its share as well, after a look at all of them. */
  private amongAll(
    tried: readonly Candidate[],
    panic: boolean,
    other: Member<Target> | undefined,
  ): Member<Target> | undefined {
    let drawn: Member<Target> | undefined;
    let total = 0;
    for (const member of this.members) {
      if (member === other || !eligible(member.target, tried, panic)) continue;
      total += member.share;
      // Each takes the place of those before it with the chance of its share among them all.
      if (drawn === undefined || this.random() * total < member.share) drawn = member;
    }
    return drawn;
  }
}
