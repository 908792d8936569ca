import { OF_INSTANCE } from '../../signals';
import type { Cell, Histogram, Registry } from './registry';

/** What one process has counted since it last told: amounts to add, by the name of the metric and its labels. */
export interface Counts {
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

/** Tells what a process has counted in steps, each thing once, so that little is lost with a process that dies. */
export class CountReporter {
  private readonly cells = new Map<Cell, number>();
  private readonly histograms = new Map<Histogram, { counts: Float64Array; sum: number }>();

  constructor(private readonly registry: Registry) {}

  /** What changed since the last call. */
  next(): Counts {
    return { cells: this.changedCells(), histograms: this.changedHistograms() };
  }

  private changedCells(): Counts['cells'] {
    const changed: Counts['cells'][number][] = [];
    for (const [metric, labels, cell] of this.registry.allCells()) {
      const before = this.cells.get(cell);
      if (OF_INSTANCE.has(metric) || before === cell.value) continue;
      this.cells.set(cell, cell.value);
      changed.push([metric.name, labels, cell.value - (before ?? 0)]);
    }
    return changed;
  }

  private changedHistograms(): HistogramCounts[] {
    const changed: HistogramCounts[] = [];
    for (const [{ name }, labels, histogram] of this.registry.allHistograms()) {
      const before = this.histograms.get(histogram);
      const counts = histogram.counts.map((count, i) => count - (before?.counts[i] ?? 0));
      if (before !== undefined && counts.every((count) => count === 0)) continue;
      this.histograms.set(histogram, { counts: histogram.counts.slice(), sum: histogram.sum });
      changed.push({ metric: name, labels, bounds: histogram.bounds, counts, sum: histogram.sum - (before?.sum ?? 0) });
    }
    return changed;
  }
}
