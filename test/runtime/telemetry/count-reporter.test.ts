import { expect, it } from 'vitest';
import { CountReporter, Registry } from '../../../src/runtime/telemetry';
import { METRICS } from '../../../src/signals';

function setUp() {
  const registry = new Registry();
  return {
    registry,
    reporter: new CountReporter(registry),
    retries: registry.cell(METRICS.retries, 'shop', 'all', 'x'),
  };
}

it('tells each thing once, and then only how much it has grown', () => {
  const { reporter, retries } = setUp();
  retries.value = 5;
  expect(reporter.next().cells.map(([, , amount]) => amount)).toEqual([5]);
  expect(reporter.next()).toEqual({ gone: [], cells: [], histograms: [] });
  retries.value = 3;
  expect(reporter.next().cells.map(([, , amount]) => amount)).toEqual([-2]);
});

it('tells of a histogram what came to it since the last time', () => {
  const { registry, reporter } = setUp();
  const histogram = registry.histogram(METRICS.duration, [1], 'shop', 'all');
  expect(reporter.next().histograms).toEqual([]);
  for (const value of [0.5, 0.25]) histogram.observe(value);
  reporter.next();
  histogram.observe(2);
  expect(reporter.next().histograms).toMatchObject([{ counts: Float64Array.of(0, 1), sum: 2 }]);
});

it('tells that something is gone only where it was told of', () => {
  const { registry, reporter } = setUp();
  registry.forget(METRICS.retries, 'shop', 'all', 'x');
  expect(reporter.next().gone).toEqual([]);
  registry.cell(METRICS.retries, 'shop', 'all', 'x');
  reporter.next();
  registry.forget(METRICS.retries, 'shop', 'all', 'x');
  expect(reporter.next().gone).toEqual([['spillway_retries_total', 'api="shop",route="all",reason="x"']]);
  expect(reporter.next().gone).toEqual([]);
});
