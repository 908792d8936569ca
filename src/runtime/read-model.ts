import { readFileSync } from 'node:fs';
import { type FileValidation, readDescription } from '../file';
import { withSupport } from '../passes';
import { RUNTIME_SUPPORT } from '../platform';
import { withLocatedFiles } from './located-files';

/** Reads the model of a file. @throws an error of the file system where that cannot be read */
export function readModelFile(file: string): FileValidation {
  return readModel(readFileSync(file, 'utf8'), file);
}

/** Reads a model as the bundled data plane will serve it: all that is wrong with it, or beyond what this one can do. */
export function readModel(text: string, file: string): FileValidation {
  const read = readDescription(text, file);
  const checked = { ...read, ...withSupport(read, read.description, RUNTIME_SUPPORT, read.locate) };
  return checked.api === undefined ? checked : { ...checked, api: withLocatedFiles(checked.api, file) };
}
