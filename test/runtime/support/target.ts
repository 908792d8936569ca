import { Registry, TargetMetrics } from '../../../src/runtime/telemetry';
import { Target } from '../../../src/runtime/upstream';

/** A target that is up. */
export function targetOf(port = 80): Target {
  const metrics = new TargetMetrics(new Registry(), 'api', 'web', 'web', String(port));
  const target = new Target('web', 'web', '127.0.0.1', port, metrics);
  target.trust();
  return target;
}
