import { type Api, DEFAULT_HASH_KEY } from '../../model';

/** How the targets of a pool share its requests: the words of its description. */
export type Sharing = Pick<Api['pools'][string], 'algorithm' | 'hashKey' | 'slowStart' | 'panicPercent' | 'readOnly'>;

/** How a pool describes it. The description itself is not kept: a pool outlives it. */
export function sharingOf({ algorithm, hashKey, slowStart, panicPercent, readOnly }: Sharing): Sharing {
  return { algorithm, hashKey, slowStart, panicPercent, readOnly };
}

/** What is hashed of a request; `undefined` where nothing is. */
export function hashKeyOf({ algorithm, hashKey = DEFAULT_HASH_KEY }: Sharing): string | undefined {
  return algorithm === 'consistentHash' || algorithm === 'maglev' ? hashKey : undefined;
}

/** In turn, by weight. */
export const IN_TURN: Sharing = { algorithm: 'roundRobin', panicPercent: 0, readOnly: false };
