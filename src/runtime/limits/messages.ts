import type { Rate } from './rate';

/** What a process that uses a limit tells the one that lends. `limit` is the key of the limit. */
export type FromBorrower =
  | FromPermitBorrower
  | FromTokenBorrower
  /** It uses the limit no more, and gives back all of it. */
  | { readonly kind: 'leave'; readonly limit: string };

/** What the lending process answers. */
export type ToBorrower = ToPermitBorrower | ToTokenBorrower;

/** Of permits. */
export type FromPermitBorrower =
  /** It takes part, or has another limit from now on. */
  | { readonly kind: 'join'; readonly limit: string; readonly most: number }
  /**
   * It wants so many more; 0: none any more. Each ask replaces the one before.
   * @property need - somebody waits; else it is to have some to spare
   */
  | {
      readonly kind: 'ask';
      readonly limit: string;
      readonly turn: number;
      readonly count: number;
      readonly need: boolean;
    }
  /** It holds so many fewer; below 0, it has begun to use more than it had. `answer`: to a recall. */
  | { readonly kind: 'give'; readonly limit: string; readonly count: number; readonly answer: boolean };

/** Of permits. */
export type ToPermitBorrower =
  /** It holds so many more; 0: there are none. `turn` is that of the ask which this answers; 0 where it answers none. */
  | { readonly kind: 'grant'; readonly limit: string; readonly turn: number; readonly count: number }
  /** To give half of what it has to spare, once; or all of it, now and with each release until `free`. Is answered. */
  | { readonly kind: 'recall'; readonly limit: string; readonly part: 'half' | 'all' }
  /** It may keep what it has to spare again. */
  | { readonly kind: 'free'; readonly limit: string }
  /** There are permits again, where it was told that there are none. */
  | { readonly kind: 'more'; readonly limit: string };

/** Of tokens. `key` is whose bucket it is. */
export type FromTokenBorrower =
  /** It takes part, or has another rate from now on. */
  | { readonly kind: 'rate'; readonly limit: string; readonly rate: Rate }
  /** It wants so many more tokens, and has `unspent` of those it got. */
  | {
      readonly kind: 'tokens';
      readonly limit: string;
      readonly key: string;
      readonly count: number;
      readonly unspent: number;
    }
  /** It has none of those it got any more, and gives back so many. `answer`: to a recall. */
  | {
      readonly kind: 'return';
      readonly limit: string;
      readonly key: string;
      readonly count: number;
      readonly answer: boolean;
    }
  /** It let so many pass by itself, without a token. */
  | { readonly kind: 'spent'; readonly limit: string; readonly key: string; readonly count: number };

/** Of tokens. */
export type ToTokenBorrower =
  /** It has so many more; 0: there are none for `nextIn` milliseconds. So many are `left` to all. */
  | {
      readonly kind: 'lend';
      readonly limit: string;
      readonly key: string;
      readonly count: number;
      readonly left: number;
      readonly nextIn: number;
    }
  /** To give back what it has not spent. Is answered. */
  | { readonly kind: 'claim'; readonly limit: string; readonly key: string };
