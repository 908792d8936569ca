import type { Text } from '../model';

/** A file that a compile makes. */
export interface Artifact {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  readonly content: Text;
  /** Permission bits; 0644 where left out. */
  readonly mode?: number;
}
