// Stages failures on real processes under load and tells what clients saw of them. Ends with exit code 0 only if every
// run of every scenario showed what it should.
import { parseArgs } from 'node:util';
import { type Finding, SCENARIOS } from './scenarios';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(SCENARIOS).join(',') },
    workers: { type: 'string', default: '1,2' },
    runs: { type: 'string', default: '3' },
  },
});

async function main(): Promise<number> {
  const names = values.only.split(',');
  const unknown = names.filter((name) => !(name in SCENARIOS));
  if (unknown.length > 0) {
    console.error(`there is no scenario ${unknown.join(', ')}; there are: ${Object.keys(SCENARIOS).join(', ')}`);
    return 2;
  }
  let missed = 0;
  for (const name of names) {
    const { title, goal } = SCENARIOS[name];
    console.log(`\n${title}\n  goal: ${goal}`);
    for (const workers of values.workers.split(',').map(Number)) {
      for (let run = 1; run <= Number(values.runs); run++) {
        const finding = await SCENARIOS[name].run(workers).catch(broken);
        if (finding.misses.length > 0) missed += 1;
        console.log(`  ${workers} ${workers === 1 ? 'worker ' : 'workers'} run ${run}  ${line(finding)}`);
      }
    }
  }
  console.log(missed === 0 ? '\nEvery run showed what it should.' : `\n${missed} runs did not show what they should.`);
  return missed === 0 ? 0 : 1;
}

function broken(error: unknown): Finding {
  return { shows: 'did not run to its end', misses: [error instanceof Error ? error.message : String(error)] };
}

function line({ shows, misses }: Finding): string {
  return misses.length === 0 ? `✓ ${shows}` : `✗ ${shows}\n${misses.map((miss) => `      ${miss}`).join('\n')}`;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(3);
  },
);
