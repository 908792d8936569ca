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

mkdirSync(join(ROOT, '.cache'), { recursive: true });
writeFileSync(join(ROOT, '.cache', 'peers.json'), JSON.stringify(peers, null, 2));
for (const project of ['unit', 'e2e']) runTests(project);

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function count(title, good) {
  console.log(`${good ? '✓' : '✗'} ${title}`);
  if (good) passed += 1;
  else failed += 1;
}

function runTests(project) {
  const report = join(ROOT, '.cache', `${project}.json`);
  rmSync(report, { force: true });
  const args = ['run', `--project=${project}`, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(bin('vitest'), [...args, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
  const results = readReport(report);
  passed += results?.numPassedTests ?? 0;
  failed += results?.numFailedTests ?? 1;
  // A file that cannot be loaded, or an error outside of every test, fails no test.
  if (results?.numFailedTests === 0 && status !== 0) failed += 1;
}

function readReport(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}
