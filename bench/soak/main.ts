// Soaks the bundled data plane in faults, and tells whether it grows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reportOf } from './report';
import { soak } from './soak';

const USAGE = 'usage: npm run soak -- [--minutes 10] [--workers 2]';
/** A program has got to its size after two minutes; of a short run half is left. */
const SETTLED_SECONDS = 120;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '10' }, workers: { type: 'string', default: '2' } },
  });
  const [seconds, workers] = [Number(values.minutes) * 60, Number(values.workers)];
  if (!(seconds > 0) || !Number.isInteger(workers) || workers < 1) throw new TypeError(USAGE);
  const directory = mkdtempSync(join(tmpdir(), 'spillway-soak-'));
  try {
    const result = await soak({
      directory,
      seconds,
      workers,
      sampleSeconds: 5,
      settledSeconds: Math.min(SETTLED_SECONDS, seconds / 2),
      tell: (line) => console.log(line),
    });
    const { text, good } = reportOf(result);
    console.log(text);
    return good ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof TypeError ? `${error.message}\n${USAGE}` : error);
    process.exit(error instanceof TypeError ? 2 : 1);
  },
);
