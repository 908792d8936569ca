/** What the data plane tells about itself: metrics and the access log. */
export { AccessLog, type LogEntry } from './access-log';
export { type Cell, Registry } from './registry';
export { RouteMetrics } from './route-metrics';
export { type Outcome, TargetMetrics } from './target-metrics';
