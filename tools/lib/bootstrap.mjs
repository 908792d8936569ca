// What a fresh clone needs before anything of the project can run: installed packages and a build. Only Node is needed for it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const INSTALLED = join(ROOT, 'node_modules', '.spillway-installed');
const BUILT = join(ROOT, 'lib', '.spillway-built');

/** Runs a command in the project; its output goes to the terminal. Exits with its code where it fails. */
export function run(command, args, { label = [command, ...args].join(' '), env = {} } = {}) {
  const started = Date.now();
  console.log(`… ${label}`);
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error || status !== 0) {
    console.error(`✗ ${label}: ${error ? error.message : `exit code ${status}`}`);
    process.exit(status || 3);
  }
  console.log(`✓ ${label} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

export const bin = (name) => join(ROOT, 'node_modules', '.bin', name);

/** Installs what the lock file says, unless that is what is there. */
export function ensureInstalled() {
  const wanted = hashOf([join(ROOT, 'package-lock.json')]);
  if (read(INSTALLED) === wanted) return;
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { label: 'npm ci' });
  writeFileSync(INSTALLED, wanted);
}

/** Compiles src to lib, unless lib is made from what src is now. */
export function ensureBuilt() {
  const wanted = hashOf([
    ...filesBelow(join(ROOT, 'src')),
    ...['package.json', 'tools/lazify.cjs'].map((file) => join(ROOT, file)),
  ]);
  if (read(BUILT) === wanted && existsSync(join(ROOT, 'lib/runtime/spillway.js'))) return;
  const env = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
  run(bin('projen'), ['compile'], { label: 'compile', env });
  run(bin('projen'), ['post-compile'], { label: 'bundle', env });
  mkdirSync(dirname(BUILT), { recursive: true });
  writeFileSync(BUILT, wanted);
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
