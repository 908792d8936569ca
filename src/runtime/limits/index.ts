/** Limits that belong to the instance: permits and rates, as its processes use them, and what they bound. */

export { type Bounds, boundsOf } from './bounds';
export { LeasedLimits } from './leased-limits';
export { Lender } from './lender';
export { type Limits, limitKey } from './limits';
export type { FromBorrower, ToBorrower } from './messages';
export { OwnLimits } from './own-limits';
export { PERMIT_ANSWER_MS, type Permits, type PermitsUser } from './permits';
export { type Rate, type RateLimit, type RateWaiter, TOKEN_ANSWER_MS } from './rate';
export type { Rates } from './rates';
