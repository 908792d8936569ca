import type { OctetBuffer } from '../http';
import type { Limits } from '../limits';
import type { Names } from '../names';
import type { AccessLog, Cell } from '../telemetry';
import type { TimerWheel } from '../timers';
import type { Transport } from '../transport';
import type { SpareExchanges } from './spare-exchanges';

/** What all connections of a data plane share. */
export interface Engine {
  readonly transport: Transport;
  readonly wheel: TimerWheel;
  readonly names: Names;
  readonly limits: Limits;
  /** Requests that wait for their response. */
  readonly inFlight: Cell;
  readonly spareExchanges: SpareExchanges;
  /** Where a response is put together before it is written. */
  readonly outgoing: OctetBuffer;
  /** Replaced by a reload; `undefined` where none is described. */
  log: AccessLog | undefined;
}
