// Measures the CPU time of the bundled data plane and of its peers, and writes bench/RESULTS.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './environment/root';
import { openStage } from './environment/stage';
import { MEASUREMENTS, measureAll } from './measure-all';
import { parseOptions, USAGE, UsageError } from './options';
import { report } from './report/report';

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), MEASUREMENTS, join(ROOT, 'bench', 'RESULTS.md'));
  let clear: (() => Promise<void>) | undefined;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => Promise.resolve(clear?.()).finally(() => process.exit(code)));
  }
  const stage = await openStage((clearStage) => {
    clear = clearStage;
  });
  try {
    const results = await measureAll(stage, options);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
    const text = report(results);
    if (options.report === undefined) console.log(text);
    else writeFileSync(options.report, text);
    return 0;
  } finally {
    await stage.clear();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const usage = error instanceof UsageError;
    console.error(usage ? `${error.message}\n${USAGE}` : error);
    process.exit(usage ? 2 : 1);
  },
);
