/** Limits that belong to the instance: permits and rates, as its processes use them. */

export { LeasedLimits } from './leased-limits';
export { Lender } from './lender';
export { type Limits, limitKey } from './limits';
export type { FromBorrower, ToBorrower } from './messages';
export { OwnLimits } from './own-limits';
export { ANSWER_MS, type Permits, type PermitsUser } from './permits';
export type { Rate, RateLimit, RateWaiter } from './rate';
