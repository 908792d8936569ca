import type { Judge } from '../judging';
import type { UnderWay } from './under-way';

/** The real requests of a target. They outlive a reload: what began under one description ends under the next. */
export class Traffic {
  /** Requests that it was sent and that have not come to their end. */
  inFlight = 0;
  /** `undefined` where its pool has neither ejection nor breaker. */
  judge: Judge | undefined;
  /** `undefined` where its pool has no drain timeout. */
  underWay: UnderWay | undefined;
}
