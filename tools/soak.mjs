// `npm run soak`: works on a fresh clone; the soak itself is bench/soak/main.ts.
import { spawnSync } from 'node:child_process';
import { bin, ensureBuilt, ensureInstalled, ROOT } from './lib/bootstrap.mjs';

ensureInstalled();
ensureBuilt();
const { status } = spawnSync(bin('tsx'), ['bench/soak/main.ts', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(status ?? 3);
