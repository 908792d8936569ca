import type { Target } from './target';

/** What the choice of a target for a request depends on. */
export interface Choice {
  /** Targets that it was sent to before. */
  readonly tried: readonly Target[];
  /** Whether its method is safe (RFC 9110, section 9.2.1). */
  readonly safe: boolean;
  /** The target that its client was with before, as the client remembers it. */
  readonly sticky: string | undefined;
  /** Whether no tier has an available target, so that those of a pool that may panic are tried whatever their health. */
  readonly lastResort?: boolean;
  /** The time, on the clock of the timers. */
  readonly now: number;
  /** The hash of what a pool's `hashKey` names; `undefined` where the request has no such thing. */
  hash(key: string): number | undefined;
}
