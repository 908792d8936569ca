import { DURATION_BUCKETS, METRICS } from '../../signals';
import type { Cell, Histogram, Registry } from './registry';

/** What is counted for one route. */
export class RouteMetrics {
  readonly duration: Histogram;
  readonly fallbacks: Cell;
  /** By tier, then by status. */
  private readonly requests = new Map<string, Map<number, Cell>>();
  // Of the last request, which the next one nearly always is like: of thousands of routes, what is looked at comes from
  // memory that no cache has, so it is little.
  private lastTier: string | undefined;
  private lastStatus = 0;
  private lastCell: Cell | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly api: string,
    private readonly route: string,
  ) {
    this.duration = registry.histogram(METRICS.duration, DURATION_BUCKETS, api, route);
    this.fallbacks = registry.cell(METRICS.fallbacks, api, route);
  }

  /** A request ended. @param tier - who answered; empty where no target did */
  requestDone(tier: string, status: number, seconds: number): void {
    let cell = this.lastCell;
    if (cell === undefined || tier !== this.lastTier || status !== this.lastStatus) {
      cell = this.requests.get(tier)?.get(status) ?? this.addCell(tier, status);
      this.lastTier = tier;
      this.lastStatus = status;
      this.lastCell = cell;
    }
    cell.value += 1;
    this.duration.observe(seconds);
  }

  private addCell(tier: string, status: number): Cell {
    const cell = this.registry.cell(METRICS.requests, this.api, this.route, tier, String(status));
    const byStatus = this.requests.get(tier) ?? new Map<number, Cell>();
    byStatus.set(status, cell);
    this.requests.set(tier, byStatus);
    return cell;
  }

  retried(reason: string): void {
    this.registry.cell(METRICS.retries, this.api, this.route, reason).value += 1;
  }

  retrySuppressed(reason: string): void {
    this.registry.cell(METRICS.retriesSuppressed, this.api, this.route, reason).value += 1;
  }

  mirrored(outcome: 'sent' | 'failed' | 'dropped'): void {
    this.registry.cell(METRICS.mirrored, this.api, this.route, outcome).value += 1;
  }

  /** No tier had a place for a request. */
  shed(reason: 'queueFull' | 'queueTimeout' | 'displaced'): void {
    this.registry.cell(METRICS.shed, this.api, this.route, reason).value += 1;
  }

  tierSwitched(from: string, to: string): void {
    this.registry.cell(METRICS.tierSwitches, this.api, this.route, from, to).value += 1;
  }
}
