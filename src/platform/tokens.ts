import type { Text } from '../model';

/** How a framework writes values that are known only at deployment. */
export interface TokenReader {
  isDeferred(value: unknown): boolean;
  /** The literal and the deferred parts of a text, in order. */
  split(text: string): Text;
}
