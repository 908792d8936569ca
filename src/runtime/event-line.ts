import type { RuntimeEvent } from './event';
import { workerLine } from './processes';

/** What happened to who serves, on one line; `undefined` for what is nobody's business at a terminal. */
export function eventLine(event: RuntimeEvent): string | undefined {
  switch (event.kind) {
    case 'worker':
      return workerLine(event);
    case 'target':
      return `${event.target} of pool ${event.pool} is ${event.state}${because(event.reason)}`;
    case 'flapping':
      return `${event.target} of pool ${event.pool} goes up and down too often and is held down for ${seconds(event.ms)}`;
    case 'ejection':
      if (event.state === 'returned') return `${event.target} of pool ${event.pool} gets requests again`;
      return `${event.target} of pool ${event.pool} is ejected for ${seconds(event.ms)}${because(event.reason)}`;
    case 'breaker':
      return `the breaker of ${breakerOf(event)} is ${STATES[event.state]}${because(event.reason)}`;
    case 'tier':
      return `route ${event.route} is served by ${event.to}, no longer by ${event.from}`;
    default:
      return undefined;
  }
}

const STATES = { open: 'open', halfOpen: 'half-open', closed: 'closed' } as const;

function breakerOf({ target, tier }: Extract<RuntimeEvent, { kind: 'breaker' }>): string {
  return target === undefined ? `tier ${tier}` : `${target} in tier ${tier}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${reason})`;
}

function seconds(milliseconds = 0): string {
  return `${milliseconds / 1_000} s`;
}
