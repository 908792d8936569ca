import { METRICS } from '../../signals';
import type { Cell, Registry } from './registry';

const OUTCOMES = ['ok', '5xx', 'connect', 'timeout', 'reset', 'aborted'] as const;

/** How an attempt ended. */
export type Outcome = (typeof OUTCOMES)[number];

/** What is counted for one target. */
export class TargetMetrics {
  readonly up: Cell;
  readonly transitions: Cell;
  private readonly outcomes: Partial<Record<Outcome, Cell>> = {};
  /** Counts go nowhere any more. */
  private forgotten = false;

  constructor(
    private readonly registry: Registry,
    private readonly api: string,
    private readonly pool: string,
    private readonly tier: string,
    private readonly target: string,
  ) {
    this.up = registry.cell(METRICS.targetUp, api, pool, target);
    this.transitions = registry.cell(METRICS.targetTransitions, api, pool, target);
    if (registry.complete) for (const outcome of OUTCOMES) this.outcomes[outcome] = this.cellOf(outcome);
  }

  attemptDone(outcome: Outcome): void {
    if (this.forgotten) return;
    const cell = this.outcomes[outcome] ?? this.cellOf(outcome);
    this.outcomes[outcome] = cell;
    cell.value += 1;
  }

  /** It goes up and down too often. */
  heldDown(): void {
    this.registry.cell(METRICS.targetFlapHolds, this.api, this.pool, this.target).value += 1;
  }

  /** The target was there for a while only: nothing of it is told any more. */
  forget(): void {
    const { registry, api, pool, tier, target } = this;
    this.forgotten = true;
    this.retire();
    registry.forget(METRICS.targetTransitions, api, pool, target);
    registry.forget(METRICS.targetFlapHolds, api, pool, target);
    for (const outcome of OUTCOMES) registry.forget(METRICS.targetRequests, api, tier, target, outcome);
  }

  /** The target is gone: its health is told no more, and what was counted stays. */
  retire(): void {
    this.registry.forget(METRICS.targetUp, this.api, this.pool, this.target);
  }

  private cellOf(outcome: Outcome): Cell {
    return this.registry.cell(METRICS.targetRequests, this.api, this.tier, this.target, outcome);
  }
}
