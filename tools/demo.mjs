// `npm run demo`: works on a fresh clone; the story itself is tools/demo/main.ts.
import { spawnSync } from 'node:child_process';
import { bin, ensureBuilt, ensureInstalled, ROOT } from './lib/bootstrap.mjs';

ensureInstalled();
ensureBuilt();
const { status } = spawnSync(bin('tsx'), ['tools/demo/main.ts', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(status ?? 3);
