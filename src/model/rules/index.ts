/** What must fit together in a description, beyond the shape of each value. */
import { choices } from './choices';
import type { Rule } from './loose';
import { references, unusedPools } from './references';
import {
  discoveredPorts,
  hashKeys,
  missedOutages,
  names,
  portConflicts,
  probeTimes,
  rawLines,
  redirects,
  repeatedTiers,
  sameMatch,
  somethingHasWeight,
  targetPorts,
} from './values';

/** Rules about values that must fit together, in the order in which their problems are told. */
export const RULES: readonly Rule[] = [
  names,
  references,
  choices,
  targetPorts,
  discoveredPorts,
  somethingHasWeight,
  repeatedTiers,
  portConflicts,
  redirects,
  hashKeys,
  probeTimes,
  sameMatch,
  missedOutages,
  unusedPools,
  rawLines,
];
