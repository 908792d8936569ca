import type { Pool } from '../../model';

/** How success rates are compared. */
export type SuccessRateSettings = NonNullable<NonNullable<Pool['outlierEjection']>['successRate']>;

/** Rates that differ by less are the same: what is left of rounding. */
const SAME = 1e-9;

/** The requests of one target in a window. */
export interface Counts {
  readonly total: number;
  readonly succeeded: number;
}

/**
 * Finds targets that succeed less often than the others: more than so many standard deviations below the mean (Envoy's
 * outlier detection by success rate). Only targets with enough requests are looked at, and only where there are enough of them.
 * @returns their places in the list
 */
export function outliersOf(
  all: readonly Counts[],
  { minimumRequests, minimumTargets, deviations }: Omit<SuccessRateSettings, 'window'>,
): number[] {
  const rates = all.flatMap(({ total, succeeded }, place) =>
    total >= minimumRequests ? [{ place, rate: succeeded / total }] : [],
  );
  if (rates.length < minimumTargets) return [];
  const mean = meanOf(rates.map(({ rate }) => rate));
  const deviation = Math.sqrt(meanOf(rates.map(({ rate }) => (rate - mean) ** 2)));
  const least = mean - deviations * deviation;
  return rates.filter(({ rate }) => rate < least - SAME).map(({ place }) => place);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
