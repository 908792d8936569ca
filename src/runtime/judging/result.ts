import type { Outcome } from '../telemetry';

/** What an attempt says of its target. A gateway failure is a failure behind which no application stands. */
export type Result = 'success' | 'failure' | 'gatewayFailure';

/**
 * Judges an attempt: no response (connect, timeout, reset), or a status of 500 and above, is a failure.
 * @param status - what the target answered; 0 for nothing
 * @returns `undefined` where it says nothing: the client left
 */
export function resultOf(outcome: Outcome, status: number): Result | undefined {
  switch (outcome) {
    case 'aborted':
      return undefined;
    case 'connect':
    case 'timeout':
    case 'reset':
      return 'gatewayFailure';
    default:
      if (status < 500) return 'success';
      return status >= 502 && status <= 504 ? 'gatewayFailure' : 'failure';
  }
}
