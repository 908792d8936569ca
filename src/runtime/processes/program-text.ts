import { readFileSync } from 'node:fs';

/**
 * The text of a program for workers, to be read from their standard input: the file may be replaced by another version
 * while its primary runs. In a function, as a file is; what stands at the top of a script is slower for each request.
 */
export function programText(file: string): string {
  const text = readFileSync(file, 'utf8').replace(/^#!.*/, '');
  return `(() => {${text}\n})();`;
}
