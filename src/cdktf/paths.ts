import { join, relative, resolve } from 'node:path';
import { App, type TerraformStack } from './framework';
import { escapeTemplate } from './tokens';

/** The bundled data plane, as it ships with this package. */
export function runtimeFile(): string {
  return join(__dirname, '..', 'runtime', 'spillway.js');
}

/**
 * An expression for a file's absolute path on the machine that deploys. What is synthesized holds the path relative to
 * the stack, so that it is the same on every machine.
 */
export function pathExpression(stack: TerraformStack, file: string): string {
  const app = App.of(stack);
  const directory = resolve(app.outdir, app.manifest.forStack(stack).workingDirectory);
  const literal = escapeTemplate(relative(directory, resolve(file)).replace(/["\\]/g, '\\$&'));
  return `abspath("\${path.root}/${literal}")`;
}

/** A file's absolute path, as a value. */
export function pathInStack(stack: TerraformStack, file: string): string {
  return `\${${pathExpression(stack, file)}}`;
}
