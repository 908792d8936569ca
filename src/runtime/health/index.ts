/** Active health checks. */
export { HealthChecker } from './checker';
export { probe } from './probe';
export { HealthState } from './state';
