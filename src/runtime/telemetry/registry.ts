import type { Metric } from '../../signals';

/** A number that is told to Prometheus: of a counter, or a gauge. */
export class Cell {
  value = 0;
  /** What a reporter has told of it; `undefined` before the first time. Here and not in a map, because there are many. */
  told: number | undefined;
}

/** How often a value lay at or below each bound. */
export class Histogram {
  readonly counts: Float64Array;
  sum = 0;
  /** How many values there were. */
  total = 0;
  /** What a reporter has told of it. */
  told: { readonly counts: Float64Array; sum: number; total: number } | undefined;

  constructor(readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let i = 0;
    while (i < this.bounds.length && value > this.bounds[i]) i++;
    this.counts[i] += 1;
    this.sum += value;
    this.total += 1;
  }

  /** Takes in what another one has counted by the same bounds. */
  add(counts: Float64Array, sum: number): void {
    for (const [i, count] of counts.entries()) {
      this.counts[i] += count;
      this.total += count;
    }
    this.sum += sum;
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

/** A metric with its children, by their labels as they are written. */
export interface Family<Child> {
  readonly metric: Metric;
  readonly children: ReadonlyMap<string, Child>;
}

/** Families by the name of their metric. */
type Families<Child> = Map<string, Family<Child> & { readonly children: Map<string, Child> }>;

/**
 * All that is measured. Children are asked for once, where a route or a target is made, so that counting is one
 * addition. The values of labels come from the description, never from a client: their number is bounded.
 */
export class Registry {
  private readonly cells: Families<Cell> = new Map();
  private readonly histograms: Families<Histogram> = new Map();
  private forgotten: [metric: string, labels: string][] = [];

  /**
   * @param complete - whether what can be counted is there before it has been, as those want who read it: with many
   * targets, that is most of it
   */
  constructor(readonly complete = true) {}

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

  get cellFamilies(): Iterable<Family<Cell>> {
    return this.cells.values();
  }

  get histogramFamilies(): Iterable<Family<Histogram>> {
    return this.histograms.values();
  }

  /** Tells no more about something that is gone. */
  forget(metric: Metric, ...values: string[]): void {
    this.forgetAt(metric, labelText(metric, values));
  }

  /** The same, by labels as they are written. */
  forgetAt({ name }: Metric, labels: string): void {
    const children = this.cells.get(name)?.children;
    if (children?.get(labels)?.told !== undefined) this.forgotten.push([name, labels]);
    children?.delete(labels);
  }

  /** What was told by a reporter and has been forgotten since the last call. */
  takeForgotten(): readonly (readonly [metric: string, labels: string])[] {
    const { forgotten } = this;
    this.forgotten = [];
    return forgotten;
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

function child<Child>(families: Families<Child>, metric: Metric, labels: string, make: () => Child): Child {
  let family = families.get(metric.name);
  if (family === undefined) {
    family = { metric, children: new Map<string, Child>() };
    families.set(metric.name, family);
  }
  const found = family.children.get(labels);
  if (found !== undefined) return found;
  const made = make();
  family.children.set(labels, made);
  return made;
}

function about({ name, help, type }: Metric): string[] {
  return [`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${type}`];
}

function labelText({ labels }: Metric, values: readonly string[]): string {
  let text = '';
  for (const [i, label] of labels.entries()) text += `${i === 0 ? '' : ','}${label}="${escaped(values[i])}"`;
  return text;
}

const SPECIAL = /[\\"\n]/;

function escaped(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
