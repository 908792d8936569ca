import type { Registry } from '../telemetry';
import type { TimerWheel } from '../timers';
import { Gates } from './gates';
import type { Limits } from './limits';
import { Rates } from './rates';

/** What bounds the requests that are served. */
export interface Bounds {
  readonly gates: Gates;
  readonly rates: Rates;
}

/** @param share - of what is not leased, where several processes serve the API: a part of 1 */
export function boundsOf(limits: Limits, wheel: TimerWheel, registry: Registry, api: string, share: number): Bounds {
  return { gates: new Gates(limits, wheel, registry, api, share), rates: new Rates(limits) };
}
