import type { HealthCheck } from '../../model';
import { FlapDamping } from './flap-damping';

type Settings = Pick<HealthCheck, 'healthyThreshold' | 'unhealthyThreshold'> &
  Partial<Pick<HealthCheck, 'flapDamping'>>;

/** What the probes of a target have found. It is up once one of them has succeeded, or where it is trusted without. */
export class HealthState {
  up = false;
  /** Whether it was neither found up yet nor trusted; then one success is enough. */
  joining = true;
  /** When it became what it is, in milliseconds since 1970. */
  since: number;
  /** What the last failed probe met; `undefined` after one that succeeded. */
  lastError: string | undefined;
  /** What the probes say by their thresholds; it is down all the same while it is held. */
  private found = false;
  /** Probes in a row that speak against that. */
  private contrary = 0;
  /** Made once it is needed: few targets ever change. */
  private damping: FlapDamping | undefined;

  /** @param clock - monotonic, in milliseconds */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.since = now();
  }

  /** Counts it as up before its first probe has ended. */
  trust(): void {
    if (!this.joining || this.lastError !== undefined) return;
    this.joining = false;
    this.found = true;
    this.up = true;
  }

  /** Takes over what another process has found out. */
  set(up: boolean, since: number, lastError: string | undefined): void {
    this.joining = false;
    this.found = up;
    this.up = up;
    this.since = since;
    this.lastError = lastError;
    this.contrary = 0;
  }

  /** Whether nothing is known yet. */
  get unknown(): boolean {
    return this.joining && this.lastError === undefined;
  }

  /** Whether it is held down because it went up and down too often. */
  get held(): boolean {
    return this.damping?.held === true;
  }

  /** How long it is held down, in milliseconds. */
  get heldMs(): number {
    return this.damping?.ms ?? 0;
  }

  /**
   * Takes in the result of a probe.
   * @param error - what went wrong; `undefined` for success
   * @returns whether the target changed between up and down
   */
  record(error: string | undefined, { healthyThreshold, unhealthyThreshold, flapDamping }: Settings): boolean {
    this.lastError = error;
    const { joining } = this;
    const turned = this.judge(error === undefined, healthyThreshold, unhealthyThreshold);
    if (flapDamping === undefined) this.damping = undefined;
    else if (turned && !joining) this.damping ??= new FlapDamping();
    if (this.damping !== undefined && flapDamping !== undefined) {
      const clock = this.clock();
      this.damping.look(clock);
      if (turned) this.damping.changed(clock, flapDamping);
    }
    const up = this.found && !this.held;
    if (up === this.up) return false;
    this.up = up;
    this.since = this.now();
    return true;
  }

  /** @returns whether what the probes say has turned into its contrary */
  private judge(success: boolean, healthyThreshold: number, unhealthyThreshold: number): boolean {
    if (success === this.found) {
      this.contrary = 0;
      return false;
    }
    this.contrary += 1;
    const needed = this.found ? unhealthyThreshold : this.joining ? 1 : healthyThreshold;
    if (this.contrary < needed) return false;
    this.joining = false;
    this.found = !this.found;
    this.contrary = 0;
    return true;
  }
}
