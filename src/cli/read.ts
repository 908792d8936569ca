import { readFileSync } from 'node:fs';
import { type FileValidation, readDescription } from '../file';
import { withSupport } from '../passes';
import { DATA_PLANES } from './data-planes';

/** Reads a description for a data plane: the one named, else the one that it chooses itself. */
export function readFor(file: string, platform?: string): FileValidation {
  const read = readDescription(readFileSync(file, 'utf8'), file);
  const chosen = platform ?? read.api?.platform.dataPlane;
  const { support } = DATA_PLANES[chosen ?? 'runtime'] ?? DATA_PLANES.runtime;
  return { ...read, ...withSupport(read, read.description, support, read.locate) };
}
