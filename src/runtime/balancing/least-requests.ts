import { type Balancer, type Candidate, eligible, loadOf, type Member } from './balancer';

/** The least busy for its share. Those that are equally busy take turns, as in `RoundRobin`. */
export class LeastRequests<Target extends Candidate> implements Balancer<Target> {
  private members: readonly Member<Target>[] = [];
  /** The least busy of a choice; kept so that a choice makes no list. */
  private readonly tied: Member<Target>[] = [];

  update(members: readonly Member<Target>[]): void {
    this.members = members;
  }

  next(tried: readonly Candidate[], panic: boolean): Member<Target> | undefined {
    const { tied } = this;
    let least = Number.POSITIVE_INFINITY;
    tied.length = 0;
    for (const member of this.members) {
      if (!eligible(member.target, tried, panic)) continue;
      const load = loadOf(member);
      if (load > least) continue;
      if (load < least) tied.length = 0;
      least = load;
      tied.push(member);
    }
    return takeTurn(tied);
  }
}

function takeTurn<One extends Member>(members: readonly One[]): One | undefined {
  let [chosen] = members;
  if (chosen === undefined || members.length === 1) return chosen;
  let total = 0;
  for (const member of members) {
    member.credit += member.share;
    total += member.share;
    if (member.credit > chosen.credit) chosen = member;
  }
  chosen.credit -= total;
  return chosen;
}
