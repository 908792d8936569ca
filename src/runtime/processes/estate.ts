import type { BoundPort } from '../transport';
import type { Ports } from './bind-ports';
import type { TargetState } from './told-health';

/** What one primary leaves to the next. */
export interface Estate {
  readonly ports: Ports;
  readonly admin?: BoundPort;
  readonly states: readonly TargetState[];
  /** Left out: there were no sessions. */
  readonly ticketKeys?: Buffer;
}

/** Of one that has served nothing yet. */
export const NOTHING: Estate = { ports: new Map(), states: [] };
