/** What a data plane tells its owner. */
export type RuntimeEvent =
  | {
      readonly kind: 'target';
      readonly pool: string;
      /** `host:port`. */
      readonly target: string;
      readonly state: 'up' | 'down';
      /** What the last probe met. */
      readonly reason?: string;
    }
  | {
      /** A target that goes up and down too often is held down. */
      readonly kind: 'flapping';
      readonly pool: string;
      /** `host:port`. */
      readonly target: string;
      /** For how many milliseconds. */
      readonly ms: number;
    }
  | {
      /** A target gets no requests for a while because of those that it had, or gets them again. */
      readonly kind: 'ejection';
      readonly pool: string;
      /** `host:port`. */
      readonly target: string;
      readonly state: 'ejected' | 'returned';
      /** Of an ejection. */
      readonly reason?: 'consecutiveFailures' | 'gatewayFailures' | 'successRate';
      /** For how many milliseconds it is ejected. */
      readonly ms?: number;
    }
  | {
      readonly kind: 'breaker';
      readonly pool: string;
      readonly tier: string;
      /** `host:port`; left out where it is the breaker of the whole tier. */
      readonly target?: string;
      readonly state: 'open' | 'halfOpen' | 'closed';
      /** Why it opened: the share of failures, failures in a row, or a failure on trial. */
      readonly reason?: 'failurePercent' | 'consecutiveFailures' | 'trial';
    }
  | {
      readonly kind: 'tier';
      readonly route: string;
      /** `none` where no target was available. */
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly kind: 'members';
      /** A pool whose targets DNS knows. */
      readonly pool: string;
      /** Targets, each `host:port`. */
      readonly joined: readonly string[];
      readonly left: readonly string[];
    }
  | { readonly kind: 'reload' }
  | {
      readonly kind: 'worker';
      /** `ended` unasked; and of the one in its place: `serving`, or `failed`. */
      readonly state: 'ended' | 'serving' | 'failed';
      /** How it ended: a signal or an exit code; or why it failed. */
      readonly reason?: string;
      /** After how many milliseconds another one begins in place of one that ended. */
      readonly delayMs?: number;
    }
  | {
      readonly kind: 'certificate';
      /** Who uses it: `listeners.web`, or `pools.live`. */
      readonly owner: string;
      readonly file: string;
      /** `kept` where a changed file cannot be used, and what it held before is served. */
      readonly state: 'renewed' | 'expired' | 'kept';
      /** Why it is kept. */
      readonly reason?: string;
    }
  | {
      readonly kind: 'fallbackFile';
      readonly route: string;
      readonly file: string;
      /** `old` where it has passed its `maxAge`; `kept` where it was changed and cannot be used, and what it held before is served. */
      readonly state: 'renewed' | 'old' | 'kept';
      /** Why it is kept. */
      readonly reason?: string;
    }
  | {
      readonly kind: 'rehearsal';
      readonly route: string;
      /** `stopped` where too many failed; `resumed` where some have gone well again. */
      readonly state: 'stopped' | 'resumed';
    };
