import { LATEST, METRICS, type Metric } from '../../signals';
import type { Counts } from './count-reporter';
import type { Registry } from './registry';

const BY_NAME = new Map<string, Metric>(Object.values(METRICS).map((metric) => [metric.name, metric]));

/** Adds up what several processes count. */
export class Tally {
  /** What each process has added to gauges, by metric and labels. */
  private readonly gauges = new Map<number, Map<string, { metric: Metric; labels: string; amount: number }>>();

  constructor(private readonly registry: Registry) {}

  /** Takes in what a process has counted. */
  add(worker: number, { gone, cells, histograms }: Counts): void {
    for (const [name, labels] of gone) this.forgetCell(worker, metricOf(name), labels);
    for (const [name, labels, amount] of cells) this.addCell(worker, metricOf(name), labels, amount);
    for (const { metric, labels, bounds, counts, sum } of histograms) {
      this.registry.histogramAt(metricOf(metric), labels, bounds).add(counts, sum);
    }
  }

  /** A process is gone: what it counted stays, what it had open is no more. */
  left(worker: number): void {
    for (const { metric, labels, amount } of this.gauges.get(worker)?.values() ?? [])
      if (!LATEST.has(metric)) this.registry.cellAt(metric, labels).value -= amount;
    this.gauges.delete(worker);
  }

  /** What another worker still counts comes back with what it counts next: they part with a target at about the same time. */
  private forgetCell(worker: number, metric: Metric, labels: string): void {
    this.registry.forgetAt(metric, labels);
    this.gauges.get(worker)?.delete(keyOf(metric, labels));
  }

  private addCell(worker: number, metric: Metric, labels: string, amount: number): void {
    const cell = this.registry.cellAt(metric, labels);
    if (metric.type !== 'gauge') {
      cell.value += amount;
      return;
    }
    const own = this.gauges.get(worker) ?? new Map();
    this.gauges.set(worker, own);
    const key = keyOf(metric, labels);
    const all = (own.get(key)?.amount ?? 0) + amount;
    own.set(key, { metric, labels, amount: all });
    cell.value = LATEST.has(metric) ? Math.max(cell.value, all) : cell.value + amount;
  }
}

function keyOf({ name }: Metric, labels: string): string {
  return `${name} ${labels}`;
}

/** Workers are of the same build as their primary: they know no other metrics. */
function metricOf(name: string): Metric {
  const metric = BY_NAME.get(name);
  if (metric === undefined) throw new Error(`there is no metric ${name}`);
  return metric;
}
