// `npm test`: installs, builds and checks everything; works on a fresh clone. The last line says how many checks passed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, ensureBuilt, ensureInstalled, ROOT } from './lib/bootstrap.mjs';
import { ensurePeers } from './lib/peers.mjs';

/** Checks that are commands of their own. Each counts as one. */
const CHECKS = [
  { title: 'format and lint', command: bin('biome'), args: ['check', '--error-on-warnings', '.'] },
  { title: 'rooms', command: bin('depcruise'), args: ['src', '--config', '.dependency-cruiser.cjs'] },
  { title: 'types of tests and tools', command: bin('tsc'), args: ['--noEmit', '-p', 'test/tsconfig.json'] },
  { title: 'generated files', command: bin('tsx'), args: ['tools/generate.ts', '--check'] },
];

const ci = process.env.CI === 'true';
ensureInstalled();
ensureBuilt();
const peers = ensurePeers();
const absent = Object.entries(peers).filter(([, { missing }]) => missing);
for (const [, { missing }] of absent) console.log(`${ci ? '✗ missing' : '– skipped'}: ${missing}`);

let passed = 0;
let failed = ci ? absent.length : 0;
for (const { title, command, args } of CHECKS)
  count(title, spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' }).status === 0);

const report = join(ROOT, '.cache', 'vitest.json');
mkdirSync(join(ROOT, '.cache'), { recursive: true });
rmSync(report, { force: true });
writeFileSync(join(ROOT, '.cache', 'peers.json'), JSON.stringify(peers, null, 2));
const { status } = spawnSync(
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  {
    cwd: ROOT,
    stdio: 'inherit',
  },
);
const results = readReport();
if (results) {
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  // A file that cannot be loaded has no test of its own that fails.
  if (status !== 0 && results.numFailedTests === 0) failed += 1;
} else {
  failed += 1;
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function count(title, good) {
  console.log(`${good ? '✓' : '✗'} ${title}`);
  if (good) passed += 1;
  else failed += 1;
}

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}
