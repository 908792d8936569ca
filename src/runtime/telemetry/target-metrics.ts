import { METRICS } from '../../signals';
import type { Cell, Registry } from './registry';

/** How an attempt ended. */
export type Outcome = 'ok' | '5xx' | 'connect' | 'timeout' | 'reset' | 'aborted';

/** What is counted for one target. */
export class TargetMetrics {
  readonly up: Cell;
  readonly transitions: Cell;
  private readonly outcomes: Readonly<Record<Outcome, Cell>>;

  constructor(
    private readonly registry: Registry,
    private readonly api: string,
    private readonly pool: string,
    private readonly tier: string,
    private readonly target: string,
  ) {
    const outcome = (word: Outcome) => registry.cell(METRICS.targetRequests, api, tier, target, word);
    this.up = registry.cell(METRICS.targetUp, api, pool, target);
    this.transitions = registry.cell(METRICS.targetTransitions, api, pool, target);
    this.outcomes = {
      ok: outcome('ok'),
      '5xx': outcome('5xx'),
      connect: outcome('connect'),
      timeout: outcome('timeout'),
      reset: outcome('reset'),
      aborted: outcome('aborted'),
    };
  }

  attemptDone(outcome: Outcome): void {
    this.outcomes[outcome].value += 1;
  }

  /** The target was there for a while only: nothing of it is told any more. */
  forget(): void {
    const { registry, api, pool, tier, target } = this;
    this.retire();
    registry.forget(METRICS.targetTransitions, api, pool, target);
    for (const outcome of Object.keys(this.outcomes)) {
      registry.forget(METRICS.targetRequests, api, tier, target, outcome);
    }
  }

  /** The target is gone: its health is told no more, and what was counted stays. */
  retire(): void {
    this.registry.forget(METRICS.targetUp, this.api, this.pool, this.target);
  }
}
