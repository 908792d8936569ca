import type { HealthCheck } from '../../model';

type Thresholds = Pick<HealthCheck, 'healthyThreshold' | 'unhealthyThreshold'>;

/** What the probes of a target have found. It is up once one of them has succeeded, or where it is trusted without. */
export class HealthState {
  up = false;
  /** Whether it was neither found up yet nor trusted; then one success is enough. */
  joining = true;
  /** When it became what it is, in milliseconds since 1970. */
  since: number;
  /** What the last failed probe met; `undefined` after one that succeeded. */
  lastError: string | undefined;
  /** Probes in a row that speak against the present state. */
  private contrary = 0;

  constructor(private readonly now: () => number = Date.now) {
    this.since = now();
  }

  /** Counts it as up before its first probe has ended. */
  trust(): void {
    if (!this.joining || this.lastError !== undefined) return;
    this.joining = false;
    this.up = true;
  }

  /** Takes over what another process has found out. */
  set(up: boolean, since: number, lastError: string | undefined): void {
    this.joining = false;
    this.up = up;
    this.since = since;
    this.lastError = lastError;
    this.contrary = 0;
  }

  /** Whether nothing is known yet. */
  get unknown(): boolean {
    return this.joining && this.lastError === undefined;
  }

  /**
   * Takes in the result of a probe.
   * @param error - what went wrong; `undefined` for success
   * @returns whether the target changed between up and down
   */
  record(error: string | undefined, { healthyThreshold, unhealthyThreshold }: Thresholds): boolean {
    this.lastError = error;
    if ((error === undefined) === this.up) {
      this.contrary = 0;
      return false;
    }
    this.contrary += 1;
    const needed = this.up ? unhealthyThreshold : this.joining ? 1 : healthyThreshold;
    if (this.contrary < needed) return false;
    this.joining = false;
    this.up = !this.up;
    this.contrary = 0;
    this.since = this.now();
    return true;
  }
}
