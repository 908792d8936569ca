/** Active health checks. */
export { HealthChecker } from './checker';
export { FirstProbes } from './first-probes';
export { probe } from './probe';
export { HealthState } from './state';
