/** What must fit together in a description, beyond the shape of each value. */
import { carriedPaths, credentials, redirectPlaces } from './changes';
import { choices } from './choices';
import { fallbacks } from './fallbacks';
import { faults } from './faults';
import { adaptiveBounds, queues, rateLimitKeys } from './limits';
import type { Rule } from './loose';
import { missedOutages } from './missed-outages';
import { references, unusedPools } from './references';
import { splits } from './splits';
import {
  discoveredPorts,
  ejectionTimes,
  hashKeys,
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
  adaptiveBounds,
  queues,
  rateLimitKeys,
  probeTimes,
  carriedPaths,
  redirectPlaces,
  credentials,
  ejectionTimes,
  sameMatch,
  splits,
  fallbacks,
  faults,
  missedOutages,
  unusedPools,
  rawLines,
];
