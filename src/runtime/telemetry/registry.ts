import type { Metric } from '../../signals';

/** A number that is told to Prometheus: of a counter, or a gauge. */
export class Cell {
  value = 0;
}

/** How often a value lay at or below each bound. */
export class Histogram {
  readonly counts: Float64Array;
  sum = 0;

  constructor(readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let i = 0;
    while (i < this.bounds.length && value > this.bounds[i]) i++;
    this.counts[i] += 1;
    this.sum += value;
  }

  lines(name: string, labels: string): string[] {
    const comma = labels === '' ? '' : `${labels},`;
    let total = 0;
    const buckets = [...this.bounds, '+Inf'].map((bound, i) => {
      total += this.counts[i];
      return `${name}_bucket{${comma}le="${bound}"} ${total}`;
    });
    return [...buckets, `${name}_sum${braced(labels)} ${this.sum}`, `${name}_count${braced(labels)} ${total}`];
  }
}

interface Family<Child> {
  readonly metric: Metric;
  readonly children: Map<string, Child>;
}

/** A child of a metric, by its labels as they are written. */
export type Measured<Child> = readonly [metric: Metric, labels: string, child: Child];

/**
 * All that is measured. Children are asked for once, where a route or a target is made, so that counting is one
 * addition. The values of labels come from the description, never from a client: their number is bounded.
 */
export class Registry {
  private readonly cells = new Map<string, Family<Cell>>();
  private readonly histograms = new Map<string, Family<Histogram>>();

  /** A counter or gauge, by the values of its labels in the metric's order. */
  cell(metric: Metric, ...values: string[]): Cell {
    return this.cellAt(metric, labelText(metric, values));
  }

  histogram(metric: Metric, bounds: readonly number[], ...values: string[]): Histogram {
    return this.histogramAt(metric, labelText(metric, values), bounds);
  }

  /** The same, by labels as they are written. */
  cellAt(metric: Metric, labels: string): Cell {
    return child(this.cells, metric, labels, () => new Cell());
  }

  /** The same, by labels as they are written. */
  histogramAt(metric: Metric, labels: string, bounds: readonly number[]): Histogram {
    return child(this.histograms, metric, labels, () => new Histogram(bounds));
  }

  allCells(): Measured<Cell>[] {
    return all(this.cells);
  }

  allHistograms(): Measured<Histogram>[] {
    return all(this.histograms);
  }

  /** Tells no more about something that is gone. */
  forget(metric: Metric, ...values: string[]): void {
    this.forgetAt(metric, labelText(metric, values));
  }

  /** The same, by labels as they are written. */
  forgetAt(metric: Metric, labels: string): void {
    this.cells.get(metric.name)?.children.delete(labels);
  }

  /** Everything, in Prometheus' text format 0.0.4. */
  render(): string {
    const lines: string[] = [];
    for (const { metric, children } of this.cells.values()) {
      lines.push(...about(metric));
      for (const [labels, { value }] of children) lines.push(`${metric.name}${braced(labels)} ${value}`);
    }
    for (const { metric, children } of this.histograms.values()) {
      lines.push(...about(metric));
      for (const [labels, histogram] of children) lines.push(...histogram.lines(metric.name, labels));
    }
    return `${lines.join('\n')}\n`;
  }
}

function child<Child>(families: Map<string, Family<Child>>, metric: Metric, labels: string, make: () => Child): Child {
  const family = families.get(metric.name) ?? { metric, children: new Map<string, Child>() };
  families.set(metric.name, family);
  const found = family.children.get(labels) ?? make();
  family.children.set(labels, found);
  return found;
}

function all<Child>(families: Map<string, Family<Child>>): Measured<Child>[] {
  return [...families.values()].flatMap(({ metric, children }) =>
    [...children].map(([labels, child]) => [metric, labels, child] as const),
  );
}

function about({ name, help, type }: Metric): string[] {
  return [`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${type}`];
}

function labelText(metric: Metric, values: readonly string[]): string {
  return metric.labels.map((label, i) => `${label}="${escaped(values[i])}"`).join(',');
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
