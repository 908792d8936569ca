import { expect, it } from 'vitest';
import type { RuntimeEvent } from '../../src/runtime';
import { eventLine } from '../../src/runtime/event-line';

const TARGET = { pool: 'web', target: '10.0.0.1:80' };

it.each<[RuntimeEvent, string | undefined]>([
  [
    { kind: 'target', ...TARGET, state: 'down', reason: 'ECONNREFUSED' },
    '10.0.0.1:80 of pool web is down (ECONNREFUSED)',
  ],
  [{ kind: 'target', ...TARGET, state: 'up' }, '10.0.0.1:80 of pool web is up'],
  [
    { kind: 'flapping', ...TARGET, ms: 30_000 },
    '10.0.0.1:80 of pool web goes up and down too often and is held down for 30 s',
  ],
  [
    { kind: 'ejection', ...TARGET, state: 'ejected', reason: 'consecutiveFailures', ms: 1_500 },
    '10.0.0.1:80 of pool web is ejected for 1.5 s (consecutiveFailures)',
  ],
  [{ kind: 'ejection', ...TARGET, state: 'returned' }, '10.0.0.1:80 of pool web gets requests again'],
  [
    { kind: 'breaker', ...TARGET, tier: 'web', state: 'open', reason: 'failurePercent' },
    'the breaker of 10.0.0.1:80 in tier web is open (failurePercent)',
  ],
  [{ kind: 'breaker', pool: 'web', tier: 'web/-1', state: 'halfOpen' }, 'the breaker of tier web/-1 is half-open'],
  [{ kind: 'tier', route: 'all', from: 'web', to: 'none' }, 'route all is served by none, no longer by web'],
  [{ kind: 'worker', state: 'serving' }, 'a worker serves in its place'],
  [{ kind: 'reload' }, undefined],
])('tells of %j on one line', (event, line) => {
  expect(eventLine(event)).toBe(line);
});
