import { type Balancer, type Candidate, eligible, loadOf, type Member } from './balancer';

/** The least busy for its share. Those that are equally busy take turns, as in `RoundRobin`. */
export class LeastRequests<Target extends Candidate> implements Balancer<Target> {
  private members: readonly Member<Target>[] = [];

  update(members: readonly Member<Target>[]): void {
    this.members = members;
  }

  next(tried: readonly Candidate[], panic: boolean): Member<Target> | undefined {
    let chosen: Member<Target> | undefined;
    let least = Number.POSITIVE_INFINITY;
    let several = false;
    for (const member of this.members) {
      if (!eligible(member.target, tried, panic)) continue;
      const load = loadOf(member);
      if (load > least) continue;
      several = load === least;
      least = load;
      chosen = member;
    }
    return several ? this.takeTurn(least, tried, panic) : chosen;
  }

  /** Looks at all of them again: a list of those that are equally busy would be garbage for every request. */
  private takeTurn(least: number, tried: readonly Candidate[], panic: boolean): Member<Target> | undefined {
    let chosen: Member<Target> | undefined;
    let total = 0;
    for (const member of this.members) {
      if (loadOf(member) !== least || !eligible(member.target, tried, panic)) continue;
      member.credit += member.share;
      total += member.share;
      if (chosen === undefined || member.credit > chosen.credit) chosen = member;
    }
    if (chosen !== undefined) chosen.credit -= total;
    return chosen;
  }
}
