import { timeLimit } from './time-limit';

/**
 * One try of a target.
 * @param end - takes what went wrong, `undefined` for success; calls after the first count for nothing
 * @returns what lets go of all that it holds
 */
export type Attempt = (end: (error: string | undefined) => void) => () => void;

/** Tries a target once, for so long at most. @returns what went wrong; `undefined` for success */
export function attempt(timeoutMs: number, begin: Attempt): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (error: string | undefined) => {
      clearTimeout(timer);
      release();
      resolve(error);
    };
    const timer = timeLimit(timeoutMs, () => end('timeout'));
    const release = begin(end);
  });
}
