import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

/** Lets an example find the package that this checkout builds, as an installed one. */
export function linkPackage(directory: string): void {
  const modules = join(directory, 'node_modules');
  mkdirSync(modules, { recursive: true });
  rmSync(join(modules, 'spillway'), { force: true });
  symlinkSync(ROOT, join(modules, 'spillway'), 'dir');
}
