/** What real requests say of targets: outlier ejection and circuit breakers. */
export { Breaker, type BreakerState } from './breaker';
export type { Court, Judged } from './court';
export { Ejection, mostEjected } from './ejection';
export { Judge } from './judge';
export { PoolJudges } from './pool-judges';
export { outliersOf } from './success-rate';
export type { Verdict } from './verdict';
