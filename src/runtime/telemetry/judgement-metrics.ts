import { METRICS } from '../../signals';
import type { Cell, Registry } from './registry';

/** What is counted for one target that may be ejected. */
export class EjectionMetrics {
  private readonly reasons = new Set<string>();

  constructor(
    private readonly registry: Registry,
    private readonly api: string,
    private readonly pool: string,
    private readonly target: string,
  ) {
    this.note(false);
  }

  note(ejected: boolean): void {
    this.registry.cell(METRICS.targetEjected, this.api, this.pool, this.target).value = ejected ? 1 : 0;
  }

  count(reason: string): void {
    this.reasons.add(reason);
    this.registry.cell(METRICS.targetEjections, this.api, this.pool, this.target, reason).value += 1;
  }

  /** It is judged no more; what was counted stays. */
  retire(): void {
    this.registry.forget(METRICS.targetEjected, this.api, this.pool, this.target);
  }

  /** The target was there for a while only: nothing of it is told any more. */
  forget(): void {
    this.retire();
    for (const reason of this.reasons)
      this.registry.forget(METRICS.targetEjections, this.api, this.pool, this.target, reason);
  }
}

/** The state of one breaker, one of which is 1. */
export class BreakerMetrics {
  private readonly cells: Readonly<Record<'closed' | 'open' | 'halfOpen', Cell>>;

  /** @param target - empty where it is the breaker of the whole tier */
  constructor(
    private readonly registry: Registry,
    private readonly api: string,
    private readonly tier: string,
    private readonly target: string,
  ) {
    const cell = (state: string) => registry.cell(METRICS.breakerState, api, tier, target, state);
    this.cells = { closed: cell('closed'), open: cell('open'), halfOpen: cell('halfOpen') };
  }

  note(state: 'closed' | 'open' | 'halfOpen'): void {
    for (const [name, cell] of Object.entries(this.cells)) cell.value = name === state ? 1 : 0;
  }

  forget(): void {
    for (const state of Object.keys(this.cells))
      this.registry.forget(METRICS.breakerState, this.api, this.tier, this.target, state);
  }
}
