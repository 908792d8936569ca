import type { HealthCheck } from '../../model';

type Thresholds = Pick<HealthCheck, 'healthyThreshold' | 'unhealthyThreshold'>;

/** What the probes of a target have found. A target starts as up: it serves before its first probe ends. */
export class HealthState {
  up = true;
  /** When it became what it is, in milliseconds since 1970. */
  since: number;
  /** What the last failed probe met; `undefined` after one that succeeded. */
  lastError: string | undefined;
  /** Probes in a row that speak against the present state. */
  private contrary = 0;

  constructor(private readonly now: () => number = Date.now) {
    this.since = now();
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
    if (this.contrary < (this.up ? unhealthyThreshold : healthyThreshold)) return false;
    this.up = !this.up;
    this.contrary = 0;
    this.since = this.now();
    return true;
  }
}
