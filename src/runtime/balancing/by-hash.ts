import { type Balancer, type Candidate, eligible, type Member } from './balancer';
import type { HashTable } from './hash-table';
import { hashText } from './hash-text';
import type { Owner } from './maglev-table';
import { RoundRobin } from './round-robin';

/** Slots that are looked at before all members are: enough while most of them are available. */
const WALK = 64;

/**
 * The member to which a table leads the request's hash; where it cannot be had, the one of the next slot, so that nobody
 * else's requests move. A request without a hash takes its turn, as in `RoundRobin`.
 */
export class ByHash<Target extends Candidate> implements Balancer<Target> {
  private members: readonly Member<Target>[] = [];
  /** Made for the first request that needs it. */
  private table: HashTable | undefined;
  private readonly unkeyed = new RoundRobin<Target>();

  constructor(private readonly tableOf: (owners: readonly Owner[]) => HashTable) {}

  update(members: readonly Member<Target>[]): void {
    if (!sameOwners(members, this.members)) this.table = undefined;
    this.members = members;
    this.unkeyed.update(members);
  }

  next(tried: readonly Candidate[], panic: boolean, hash: number | undefined): Member<Target> | undefined {
    const { members } = this;
    if (hash === undefined) return this.unkeyed.next(tried, panic);
    if (members.length === 0) return undefined;
    this.table ??= this.tableOf(members.map(({ target, weight }) => ({ name: target.name, weight })));
    const { owners } = this.table;
    let slot = this.table.slotOf(hash);
    for (let i = 0; i < WALK; i++) {
      const member = members[owners[slot] as number] as Member<Target>;
      if (warm(member, hash) && eligible(member.target, tried, panic)) return member;
      slot = slot + 1 === owners.length ? 0 : slot + 1;
    }
    return this.amongAll(tried, panic, hash);
  }

  /**
   * Most are not to be had, or the walk would have met one: all are looked at, and the one that the hash and its name
   * fit best is taken (weighted rendezvous hashing), which again moves nobody else's requests.
   */
  private amongAll(tried: readonly Candidate[], panic: boolean, hash: number): Member<Target> | undefined {
    let best: Member<Target> | undefined;
    let most = 0;
    for (const member of this.members) {
      if (!eligible(member.target, tried, panic)) continue;
      const fit = member.share / -Math.log((hashText(member.target.name, hash).low + 0.5) / 2 ** 32);
      if (best !== undefined && fit <= most) continue;
      best = member;
      most = fit;
    }
    return best;
  }
}

/** A table costs milliseconds, and who owns its slots are indices. */
function sameOwners(some: readonly Member[], others: readonly Member[]): boolean {
  const same = ({ target, weight }: Member, index: number) =>
    others[index]?.target.name === target.name && others[index].weight === weight;
  return some.length === others.length && some.every(same);
}

/** In slow start a member takes a part of its hashes, always the same, to which more are added as its share grows. */
function warm({ share, weight }: Member, hash: number): boolean {
  // Fibonacci hashing (Knuth, volume 3, section 6.4) spreads what has led neighbours to one slot.
  return share === weight || (Math.imul(hash, 0x9e37_79b1) >>> 0) * weight < share * 2 ** 32;
}
