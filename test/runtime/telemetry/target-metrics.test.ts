import { expect, it } from 'vitest';
import { Registry, TargetMetrics } from '../../../src/runtime/telemetry';

const REQUESTS = /^spillway_target_requests_total\{.*outcome="(\w+)"\} (\d+)$/gm;

const outcomes = (registry: Registry) =>
  [...registry.render().matchAll(REQUESTS)].map(([, word, count]) => word + count);

function metricsIn(registry: Registry): TargetMetrics {
  return new TargetMetrics(registry, 'shop', 'web', 'web', '10.0.0.1:80');
}

it('shows every outcome from the start where what is counted is read', () => {
  const registry = new Registry();
  metricsIn(registry).attemptDone('5xx');
  expect(outcomes(registry)).toEqual(['ok0', '5xx1', 'connect0', 'timeout0', 'reset0', 'aborted0']);
});

it('has only what was counted where it is told to another process', () => {
  const registry = new Registry(false);
  const metrics = metricsIn(registry);
  expect(outcomes(registry)).toEqual([]);
  metrics.attemptDone('ok');
  metrics.attemptDone('ok');
  expect(outcomes(registry)).toEqual(['ok2']);
});

it.each([true, false])('counts nothing more of a target that is forgotten (complete: %s)', (complete) => {
  const registry = new Registry(complete);
  const metrics = metricsIn(registry);
  metrics.forget();
  metrics.attemptDone('reset');
  expect(outcomes(registry)).toEqual([]);
});
