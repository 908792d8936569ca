import type { RuntimeEvent } from '../event';
import type { Registry } from '../telemetry';
import type { TimerWheel } from '../timers';
import type { Verdict } from './verdict';

/** A target, as it is judged. */
export interface Judged {
  readonly pool: string;
  /** `web`, or `web/-1`: may change, where it is discovered. */
  readonly tier: string;
  readonly key: string;
  readonly name: string;
}

/** What judging has of the data plane. */
export interface Court {
  readonly api: string;
  readonly registry: Registry;
  readonly wheel: TimerWheel;
  /** The part of an instance's trial requests that is this process's: 1 where it is alone. */
  readonly share: number;
  tell(event: RuntimeEvent): void;
  /** Targets of a pool have become available, or are so no more. */
  changed(pool: string): void;
  /** Has the other processes that serve the same know what was concluded here. */
  spread(verdict: Verdict): void;
  /** Whether whoever may use a target has another one that is available. */
  spares(target: Judged): boolean;
}
