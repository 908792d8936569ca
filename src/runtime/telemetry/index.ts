/** What the data plane tells about itself: metrics and the access log. */
export { AccessLog, type LogEntry } from './access-log';
export { CountReporter, type Counts } from './count-reporter';
export { FallbackMetrics } from './fallback-metrics';
export { GateMetrics } from './gate-metrics';
export { BreakerMetrics, EjectionMetrics } from './judgement-metrics';
export { type Cell, type Histogram, Registry } from './registry';
export { RouteMetrics } from './route-metrics';
export { Tally } from './tally';
export { type Outcome, TargetMetrics } from './target-metrics';
