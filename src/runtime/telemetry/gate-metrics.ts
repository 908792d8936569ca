import { METRICS } from '../../signals';
import type { Cell, Registry } from './registry';

/** What is counted for the concurrency limit of one tier. */
export class GateMetrics {
  readonly inFlight: Cell;
  readonly limit: Cell;
  readonly queue: Cell;

  constructor(
    private readonly registry: Registry,
    private readonly api: string,
    private readonly tier: string,
  ) {
    this.inFlight = registry.cell(METRICS.concurrencyInFlight, api, tier);
    this.limit = registry.cell(METRICS.concurrencyLimit, api, tier);
    this.queue = registry.cell(METRICS.queueLength, api, tier);
  }

  /** A request found no place. */
  overflowed(reason: 'queueFull' | 'queueTimeout' | 'displaced'): void {
    this.registry.cell(METRICS.overflows, this.api, this.tier, reason).value += 1;
  }

  /** The tier has no limit any more: what was counted stays, what is measured is told no more. */
  forget(): void {
    const { registry, api, tier } = this;
    for (const gauge of [METRICS.concurrencyInFlight, METRICS.concurrencyLimit, METRICS.queueLength])
      registry.forget(gauge, api, tier);
  }
}
