import { OF_INSTANCE } from '../../signals';
import type { Registry } from './registry';

/** What one process has counted since it last told: amounts to add, by the name of the metric and its labels. */
export interface Counts {
  /** What is told no more, such as of a target that has left: to be forgotten before anything is added. */
  readonly gone: readonly (readonly [metric: string, labels: string])[];
  readonly cells: readonly (readonly [metric: string, labels: string, amount: number])[];
  readonly histograms: readonly HistogramCounts[];
}

/** For each bucket how many more, and how much the sum has grown. */
export interface HistogramCounts {
  readonly metric: string;
  readonly labels: string;
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  readonly sum: number;
}

/**
 * Tells what a process has counted in steps, each thing once, so that little is lost with a process that dies. It looks at
 * everything that is counted each time, beside the requests: what was told stands with each thing, and nothing is made
 * for what has not changed (1 ms for 80,000 cells, where maps took 130).
 */
export class CountReporter {
  constructor(private readonly registry: Registry) {}

  /** What changed since the last call. */
  next(): Counts {
    return { gone: this.registry.takeForgotten(), cells: this.changedCells(), histograms: this.changedHistograms() };
  }

  private changedCells(): Counts['cells'] {
    const changed: Counts['cells'][number][] = [];
    for (const { metric, children } of this.registry.cellFamilies) {
      if (OF_INSTANCE.has(metric)) continue;
      for (const [labels, cell] of children) {
        const { value, told } = cell;
        if (told === value) continue;
        cell.told = value;
        changed.push([metric.name, labels, value - (told ?? 0)]);
      }
    }
    return changed;
  }

  /** Those that have measured nothing yet are known to the primary, as routes are. */
  private changedHistograms(): HistogramCounts[] {
    const changed: HistogramCounts[] = [];
    for (const { metric, children } of this.registry.histogramFamilies) {
      for (const [labels, histogram] of children) {
        const { bounds, counts, sum, total } = histogram;
        if (total === (histogram.told?.total ?? 0)) continue;
        histogram.told ??= { counts: new Float64Array(counts.length), sum: 0, total: 0 };
        const { told } = histogram;
        const added = counts.map((count, i) => count - told.counts[i]);
        changed.push({ metric: metric.name, labels, bounds, counts: added, sum: sum - told.sum });
        told.counts.set(counts);
        told.sum = sum;
        told.total = total;
      }
    }
    return changed;
  }
}
