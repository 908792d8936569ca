import type { BreakerReason } from './breaker';
import type { EjectionReason } from './ejection';

/** What one process has concluded from its requests, as it tells the others that serve the same. */
export type Verdict =
  | {
      readonly kind: 'ejected';
      readonly pool: string;
      /** The key of the target. */
      readonly key: string;
      readonly reason: EjectionReason;
      /** For how long from now on, in milliseconds. */
      readonly ms: number;
      /** As the how manieth time. */
      readonly number: number;
    }
  /** An ejection does not hold: others have been ejected meanwhile, and no more may be. */
  | { readonly kind: 'returned'; readonly pool: string; readonly key: string }
  | {
      readonly kind: 'opened';
      readonly pool: string;
      /** The key of the target, or the name of the tier, whichever the breaker is for. */
      readonly key: string;
      readonly reason: BreakerReason;
      /** For how long from now on, in milliseconds. */
      readonly ms: number;
    }
  | { readonly kind: 'closed'; readonly pool: string; readonly key: string };
