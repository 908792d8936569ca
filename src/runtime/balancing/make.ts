import type { Api } from '../../model';
import type { Balancer, Candidate } from './balancer';
import { ByHash } from './by-hash';
import { hashRing } from './hash-ring';
import { LeastRequests } from './least-requests';
import { maglevTable } from './maglev-table';
import { RoundRobin } from './round-robin';
import { TwoChoices } from './two-choices';

/** How a target is chosen within a tier. */
export type Algorithm = Api['pools'][string]['algorithm'];

/** @param random - from 0 up to 1 */
export function balancerOf<Target extends Candidate>(algorithm: Algorithm, random?: () => number): Balancer<Target> {
  switch (algorithm) {
    case 'roundRobin':
      return new RoundRobin();
    case 'leastRequests':
      return new LeastRequests();
    case 'random':
      return new TwoChoices(random);
    case 'consistentHash':
      return new ByHash(hashRing);
    case 'maglev':
      return new ByHash((owners) => maglevTable(owners));
  }
}
