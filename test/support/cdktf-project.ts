import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './peers';

/** A cdktf project of its own, as a user would have it, with the packages of this checkout. */
export class CdktfProject {
  readonly directory = mkdtempSync(join(tmpdir(), 'spillway-project-'));

  /** @param framework the folder of the package that is installed as `cdktf`, and the one whose `constructs` it uses */
  constructor(framework = join(ROOT, 'node_modules')) {
    const modules = join(this.directory, 'node_modules');
    mkdirSync(modules);
    for (const name of ['cdktf', 'constructs']) symlinkSync(join(framework, name), join(modules, name), 'dir');
    mkdirSync(join(modules, '.bin'));
    symlinkSync(join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), join(modules, '.bin', 'tsx'));
    copyFileSync(join(ROOT, 'examples/quickstart/cdktf/cdktf.json'), join(this.directory, 'cdktf.json'));
    this.installSpillway(modules);
  }

  /** As npm would: the files of the package, without what this checkout has for itself. */
  private installSpillway(modules: string): void {
    const target = join(modules, 'spillway');
    mkdirSync(target);
    for (const name of ['lib', 'package.json', '.jsii', 'spillway.schema.json'])
      symlinkSync(join(ROOT, name), join(target, name));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.directory, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.directory, name), 'utf8');
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
