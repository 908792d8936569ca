// `npm run story`: works on a fresh clone; the scenarios are in tools/story.
import { spawnSync } from 'node:child_process';
import { bin, ensureBuilt, ensureInstalled, ROOT } from './lib/bootstrap.mjs';

ensureInstalled();
ensureBuilt();
const { status } = spawnSync(bin('tsx'), ['tools/story/main.ts', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(status ?? 3);
