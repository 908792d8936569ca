import type { Pool } from '../../model';
import type { Result } from './result';

/** How targets are ejected: times in milliseconds. */
export type EjectionSettings = NonNullable<Pool['outlierEjection']>;

/** Why a target is ejected. */
export type EjectionReason = 'consecutiveFailures' | 'gatewayFailures' | 'successRate';

/** The most that a pool may have ejected at once: its share, but at least one target, unless the share is 0. */
export function mostEjected(maxPercent: number, targets: number): number {
  return maxPercent === 0 ? 0 : Math.max(1, Math.floor((maxPercent * targets) / 100));
}

/**
 * Whether a target is ejected, and what its real requests say about that. It comes back after its time and no sooner: what
 * its probes say does not matter, since they did not find what ejected it. Each ejection is longer than the one before, by
 * the first one's length; for each such length that it has served since it came back, one is forgotten.
 */
export class Ejection {
  ejected = false;
  /** How many ejections the present or the last one counts for. */
  number = 0;
  /** When it comes back, or came back, on the clock of the arguments. */
  until = 0;
  /** Requests since the last {@link takeCounts}, and those of them that succeeded. */
  total = 0;
  succeeded = 0;
  private failures = 0;
  private gatewayFailures = 0;

  constructor(private settings: EjectionSettings) {}

  /** Goes on under other settings. */
  adopt(settings: EjectionSettings): void {
    this.settings = settings;
  }

  /** A request has come to its end. @returns why the target should be ejected; `undefined` where it should not */
  record(result: Result): EjectionReason | undefined {
    // What was under way when it was ejected says nothing new.
    if (this.ejected) return undefined;
    const { consecutiveFailures, gatewayFailures } = this.settings;
    this.total += 1;
    if (result === 'success') {
      this.succeeded += 1;
      this.failures = 0;
      this.gatewayFailures = 0;
      return undefined;
    }
    this.failures += 1;
    this.gatewayFailures = result === 'gatewayFailure' ? this.gatewayFailures + 1 : 0;
    if (gatewayFailures !== undefined && this.gatewayFailures >= gatewayFailures) return 'gatewayFailures';
    return this.failures >= consecutiveFailures ? 'consecutiveFailures' : undefined;
  }

  /** The counts of a window of the success rate, which ends here. */
  takeCounts(): { readonly total: number; readonly succeeded: number } {
    const { total, succeeded } = this;
    this.total = 0;
    this.succeeded = 0;
    return { total, succeeded };
  }

  /** How long it would be ejected now, in milliseconds, and as the how manieth time. */
  next(now: number): { readonly ms: number; readonly number: number } {
    const { baseTime, maxTime } = this.settings;
    const forgotten = Math.floor((now - this.until) / baseTime);
    const number = Math.min(Math.max(this.number - forgotten, 0) + 1, Math.ceil(maxTime / baseTime));
    return { ms: Math.min(baseTime * number, maxTime), number };
  }

  /** It gets no requests for so long, in milliseconds. */
  eject(now: number, { ms, number }: { readonly ms: number; readonly number: number }): void {
    this.ejected = true;
    this.number = number;
    this.until = now + ms;
  }

  /** It is not ejected after all, and starts afresh. */
  pardon(): void {
    this.failures = 0;
    this.gatewayFailures = 0;
  }

  /** It gets requests again. */
  comeBack(now: number): void {
    this.ejected = false;
    this.until = now;
    this.pardon();
    this.takeCounts();
  }
}
