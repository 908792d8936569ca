import { join, relative, resolve } from 'node:path';
import { App, type TerraformStack } from './framework';

/** The bundled data plane, as it ships with this package. */
export function runtimeFile(): string {
  return join(__dirname, '..', 'runtime', 'spillway.js');
}

/**
 * An expression for a file's absolute path on the machine that deploys. What is synthesized holds the path relative to
 * the stack, so that it is the same on every machine.
 */
export function pathInStack(stack: TerraformStack, file: string): string {
  const app = App.of(stack);
  const directory = resolve(app.outdir, app.manifest.forStack(stack).workingDirectory);
  const literal = relative(directory, resolve(file))
    .replace(/["\\]/g, '\\$&')
    .replace(/[$%](?=\{)/g, '$&$&');
  return `\${abspath("\${path.root}/${literal}")}`;
}
