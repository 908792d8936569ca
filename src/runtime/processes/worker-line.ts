import type { RuntimeEvent } from '../event';

/** What happened to a worker, on one line. */
export function workerLine({ state, reason, delayMs }: Extract<RuntimeEvent, { kind: 'worker' }>): string {
  switch (state) {
    case 'ended':
      return `a worker ended (${reason}) and is started again in ${delayMs} ms`;
    case 'failed':
      return `a worker cannot serve: ${reason}`;
    case 'serving':
      return 'a worker serves in its place';
  }
}
