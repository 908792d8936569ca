/** Limits that belong to the instance: permits and rates, as its processes use them. */
export { type Limits, limitKey } from './limits';
export { OwnLimits } from './own-limits';
export { ANSWER_MS, type Permits, type PermitsUser } from './permits';
export type { Rate, RateLimit, RateWaiter } from './rate';
