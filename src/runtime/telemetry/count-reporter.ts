import { OF_INSTANCE } from '../../signals';
import type { Cell, Histogram, Measured, Registry } from './registry';

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

/** Tells what a process has counted in steps, each thing once, so that little is lost with a process that dies. */
export class CountReporter {
  private readonly cells = new Map<Cell, { told: number; metric: string; labels: string }>();
  private readonly histograms = new Map<Histogram, { counts: Float64Array; sum: number }>();

  constructor(private readonly registry: Registry) {}

  /** What changed since the last call. */
  next(): Counts {
    const cells = this.registry.allCells().filter(([metric]) => !OF_INSTANCE.has(metric));
    return { gone: this.goneCells(cells), cells: this.changedCells(cells), histograms: this.changedHistograms() };
  }

  private goneCells(cells: readonly Measured<Cell>[]): Counts['gone'] {
    const there = new Set(cells.map(([, , cell]) => cell));
    const gone = [...this.cells].filter(([cell]) => !there.has(cell));
    for (const [cell] of gone) this.cells.delete(cell);
    return gone.map(([, { metric, labels }]) => [metric, labels]);
  }

  private changedCells(cells: readonly Measured<Cell>[]): Counts['cells'] {
    const changed: Counts['cells'][number][] = [];
    for (const [{ name: metric }, labels, cell] of cells) {
      const { value } = cell;
      const before = this.cells.get(cell);
      if (before?.told === value) continue;
      this.cells.set(cell, { told: value, metric, labels });
      changed.push([metric, labels, value - (before?.told ?? 0)]);
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
