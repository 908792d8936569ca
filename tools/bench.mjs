// `npm run bench`: works on a fresh clone; the benchmark itself is bench/main.ts.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, ROOT } from './lib/bootstrap.mjs';
import { ensureBenchPeers } from './lib/peers.mjs';

const args = process.argv.slice(2);
ensureInstalled();
ensureBuilt();
const peers = ensureBenchPeers({ fromNpm: !args.includes('--smoke') });
mkdirSync(join(ROOT, '.cache'), { recursive: true });
writeFileSync(join(ROOT, '.cache', 'bench-peers.json'), JSON.stringify(peers, null, 2));

const bench = spawn(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...args], { cwd: ROOT, stdio: 'inherit' });
// The benchmark ends its processes first; this one waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bench.kill(signal));
bench.on('exit', (code) => process.exit(code ?? 3));
