import type { Feature } from './feature';

/** What a platform can do about a feature. */
export type Support =
  | { readonly level: 'native' }
  | { readonly level: 'emulated'; readonly how: string }
  | { readonly level: 'approximate'; readonly how: string }
  | { readonly level: 'proxy'; readonly how: string }
  | { readonly level: 'impossible'; readonly why: string };

/** A platform has an answer for every feature: a missing one does not compile. */
export type SupportTable = Readonly<Record<Feature, Support>>;

/** A bound on a value that is the platform's own, not the model's. */
export interface ValueLimit {
  /** Where: a path with `*` for any name or index. */
  readonly at: string;
  /** What is allowed, in words; where it comes from belongs into a comment, with date and version. */
  readonly allowed: string;
  fits(value: unknown): boolean;
}

/** A destination, as the compiler sees it. */
export interface PlatformSupport {
  /** `runtime`, `haproxy`, `nginx`, … */
  readonly name: string;
  readonly table: SupportTable;
  readonly limits: readonly ValueLimit[];
}

/** Done in the platform's own way. */
export const native: Support = Object.freeze({ level: 'native' });
/** Done by other means of the platform's. */
export const emulated = (how: string): Support => ({ level: 'emulated', how });
/** Done, but not quite as described. */
export const approximate = (how: string): Support => ({ level: 'approximate', how });
/** Not done at all. */
export const impossible = (why: string): Support => ({ level: 'impossible', why });

/** What every data plane answers as long as no adapter deploys to a cloud. */
export const NO_CLOUD = impossible('nothing deploys there yet');
