import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CountReporter, Registry, Tally } from '../../../src/runtime/telemetry';
import { METRICS } from '../../../src/signals';

/** A process that counts, and what the instance makes of it. */
function setUp(workers: number) {
  const sum = new Registry();
  const tally = new Tally(sum);
  const each = Array.from({ length: workers }, (_, worker) => {
    const registry = new Registry();
    const reporter = new CountReporter(registry);
    return { registry, report: () => tally.add(worker, reporter.next()) };
  });
  return { sum, tally, each };
}

it('adds up counters and gauges of all workers, whenever each of them tells', () => {
  const step = fc.record({ worker: fc.nat({ max: 2 }), amount: fc.integer({ min: -5, max: 50 }), tells: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { sum, each } = setUp(3);
      for (const { worker, amount, tells } of steps) {
        const { registry, report } = each[worker];
        registry.cell(METRICS.retries, 'shop', 'all', 'timeout').value += Math.abs(amount);
        registry.cell(METRICS.connections, 'shop', 'web').value += amount;
        if (tells) report();
      }
      for (const { report } of each) report();
      const total = steps.reduce((all, { amount }) => all + Math.abs(amount), 0);
      const open = steps.reduce((all, { amount }) => all + amount, 0);
      expect(sum.cell(METRICS.retries, 'shop', 'all', 'timeout').value).toBe(total);
      expect(sum.cell(METRICS.connections, 'shop', 'web').value).toBe(open);
    }),
  );
});

it('adds up histograms', () => {
  const { sum, each } = setUp(2);
  for (const [i, { registry, report }] of each.entries()) {
    registry.histogram(METRICS.duration, [1, 2], 'shop', 'all').observe(i + 0.5);
    report();
    registry.histogram(METRICS.duration, [1, 2], 'shop', 'all').observe(9);
    report();
    report();
  }
  expect(sum.render()).toContain(
    [
      'spillway_http_request_duration_seconds_bucket{api="shop",route="all",le="1"} 1',
      'spillway_http_request_duration_seconds_bucket{api="shop",route="all",le="2"} 2',
      'spillway_http_request_duration_seconds_bucket{api="shop",route="all",le="+Inf"} 4',
      'spillway_http_request_duration_seconds_sum{api="shop",route="all"} 20',
      'spillway_http_request_duration_seconds_count{api="shop",route="all"} 4',
    ].join('\n'),
  );
});

it('keeps what a worker that died has counted, and drops what it had open', () => {
  const { sum, tally, each } = setUp(2);
  for (const { registry, report } of each) {
    registry.cell(METRICS.retries, 'shop', 'all', 'timeout').value += 3;
    registry.cell(METRICS.connections, 'shop', 'web').value += 4;
    report();
  }
  tally.left(0);
  expect(sum.cell(METRICS.retries, 'shop', 'all', 'timeout').value).toBe(6);
  expect(sum.cell(METRICS.connections, 'shop', 'web').value).toBe(4);
});

it('leaves facts about the instance to its primary', () => {
  const { sum, each } = setUp(1);
  each[0].registry.cell(METRICS.targetUp, 'shop', 'web', 'a:1').value = 1;
  each[0].report();
  expect(sum.cell(METRICS.targetUp, 'shop', 'web', 'a:1').value).toBe(0);
});

it('shows what a worker can count before it has counted any', () => {
  const { sum, each } = setUp(1);
  each[0].registry.cell(METRICS.connections, 'shop', 'web');
  each[0].report();
  expect(sum.render()).toContain('spillway_client_connections{api="shop",listener="web"} 0');
});

it('forgets what a worker tells no more of, and counts anew where it comes back', () => {
  const { sum, each } = setUp(2);
  const count = ({ registry, report }: (typeof each)[number], amount: number) => {
    registry.cell(METRICS.retries, 'shop', 'all', 'reset').value += amount;
    report();
  };
  for (const worker of each) count(worker, 5);
  for (const { registry, report } of each) {
    registry.forget(METRICS.retries, 'shop', 'all', 'reset');
    report();
  }
  expect(sum.render()).not.toContain('reason="reset"');
  for (const worker of each) count(worker, 2);
  expect(sum.cell(METRICS.retries, 'shop', 'all', 'reset').value).toBe(4);
});

it('tells the latest time at which something happened in any process, also one that is gone', () => {
  const sum = new Registry();
  const tally = new Tally(sum);
  const told = () => sum.cell(METRICS.rehearsalSuccess, 'shop', 'all').value;
  const processes = [0, 1].map((worker) => {
    const registry = new Registry();
    const reporter = new CountReporter(registry);
    return (time: number) => {
      registry.cell(METRICS.rehearsalSuccess, 'shop', 'all').value = time;
      tally.add(worker, reporter.next());
    };
  });
  processes[0](100);
  processes[1](90);
  expect(told()).toBe(100);
  processes[1](120);
  expect(told()).toBe(120);
  processes[0](110);
  tally.left(1);
  expect(told()).toBe(120);
});
