import type { BoundPort } from '../transport';
import type { Ports } from './bind-ports';
import type { TargetState } from './told-health';

/** What one primary leaves to the next. */
export interface Estate {
  readonly ports: Ports;
  readonly admin: BoundPort | undefined;
  readonly states: readonly TargetState[];
  readonly ticketKeys: Buffer;
}
