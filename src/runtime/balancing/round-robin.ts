import { type Balancer, type Candidate, eligible, type Member } from './balancer';

/**
 * Smooth weighted round robin. A credit grows by the share with every choice; the highest is chosen, and pays what all
 * have gained. Over a whole cycle each is chosen exactly as often as its weight says, and heavy ones are spread, not bunched.
 */
export class RoundRobin<Target extends Candidate> implements Balancer<Target> {
  private members: readonly Member<Target>[] = [];

  update(members: readonly Member<Target>[]): void {
    this.members = members;
  }

  next(tried: readonly Candidate[], panic: boolean): Member<Target> | undefined {
    let chosen: Member<Target> | undefined;
    let total = 0;
    for (const member of this.members) {
      if (!eligible(member.target, tried, panic)) continue;
      member.credit += member.share;
      total += member.share;
      if (chosen === undefined || member.credit > chosen.credit) chosen = member;
    }
    if (chosen !== undefined) chosen.credit -= total;
    return chosen;
  }
}
