/** Failures that clients are not to see, each staged on real processes. */
export type { Finding, Scenario } from './scenario';

import { frozenTarget, hedgedTarget } from './frozen';
import { outages } from './outages';
import { overload } from './overload';
import { deliveredOnce, replayed } from './replay';
import { retryStorm } from './retry-storm';
import { rolling } from './rolling';
import type { Scenario } from './scenario';
import { statuses } from './statuses';

/** By the names that select them. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  outages,
  statuses,
  frozen: frozenTarget,
  hedged: hedgedTarget,
  replayed,
  once: deliveredOnce,
  storm: retryStorm,
  overload,
  rolling,
};
