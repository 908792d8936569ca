/**
 * Calls back after a time, and then after all that has arrived by now: a process that was held up must not take what it has
 * not heard of yet for silence.
 */
export function timeLimit(ms: number, late: () => void): NodeJS.Timeout {
  return setTimeout(() => setImmediate(late), ms);
}
