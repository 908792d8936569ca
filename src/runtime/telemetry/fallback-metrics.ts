import { METRICS } from '../../signals';
import type { Cell, Registry } from './registry';

/** What is counted for the fallback of one route, besides how often it answers. */
export class FallbackMetrics {
  constructor(
    private readonly registry: Registry,
    private readonly api: string,
    private readonly route: string,
  ) {}

  /** An earlier answer was looked for. */
  staleAsked(found: boolean): void {
    this.registry.cell(METRICS.staleAnswers, this.api, this.route, found ? 'hit' : 'miss').value += 1;
  }

  /** What the store of earlier answers takes up. */
  get staleOctets(): Cell {
    return this.registry.cell(METRICS.staleOctets, this.api, this.route);
  }
}
