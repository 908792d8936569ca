import type { Registry } from '../telemetry';

/** Where a policy is at work: what it counts is counted there. */
export interface PolicyPlace {
  readonly registry: Registry;
  readonly api: string;
  readonly route: string;
}
