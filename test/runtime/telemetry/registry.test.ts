import { expect, it } from 'vitest';
import { Registry } from '../../../src/runtime/telemetry';
import type { Metric } from '../../../src/signals';

const metric = (type: Metric['type'], ...labels: string[]): Metric => ({
  name: `m_${type}`,
  type,
  help: 'What it\nis \\.',
  labels,
});

it('writes counters with their labels, escaped', () => {
  const registry = new Registry();
  registry.cell(metric('counter', 'a', 'b'), 'x"\\\n', '').value += 2;
  expect(registry.render()).toBe(
    '# HELP m_counter What it\\nis \\\\.\n# TYPE m_counter counter\nm_counter{a="x\\"\\\\\\n",b=""} 2\n',
  );
});

it('writes a histogram cumulatively, with its sum and count', () => {
  const registry = new Registry();
  const histogram = registry.histogram(metric('histogram', 'r'), [0.1, 0.5], 'x');
  for (const value of [0.1, 0.2, 7]) histogram.observe(value);
  expect(registry.render().split('\n').slice(2, -1)).toEqual([
    'm_histogram_bucket{r="x",le="0.1"} 1',
    'm_histogram_bucket{r="x",le="0.5"} 2',
    'm_histogram_bucket{r="x",le="+Inf"} 3',
    'm_histogram_sum{r="x"} 7.3',
    'm_histogram_count{r="x"} 3',
  ]);
});

it('gives the same child for the same labels, until it is forgotten', () => {
  const registry = new Registry();
  const gauge = metric('gauge', 'a');
  registry.cell(gauge, 'x').value = 1;
  expect(registry.cell(gauge, 'x').value).toBe(1);
  registry.forget(gauge, 'x');
  expect(registry.render()).not.toContain('a="x"');
});
