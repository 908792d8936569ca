import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Results } from '../../bench/results';
import { peer, ROOT } from '../support/peers';
import { run } from '../support/processes';

const missing = ['nginx', 'wrk', 'h2load'].map((name) => peer(name).missing).find((reason) => reason !== undefined);
if (missing) console.log(`skipped: the benchmark: ${missing}`);

describe.skipIf(missing)('the benchmark', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'spillway-smoke-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('has a figure of spillway and of nginx for each workload that spillway serves', async () => {
    const json = join(directory, 'results.json');
    const { code, stderr } = await run(
      process.execPath,
      [join(ROOT, 'tools', 'bench.mjs'), '--smoke', '--json', json],
      { timeout: 300_000 },
    );
    expect(code, stderr).toBe(0);

    const results: Results = JSON.parse(readFileSync(json, 'utf8'));
    const missing = [...results.workloads, ...results.idle].flatMap(({ title, outcomes }) =>
      Object.entries(outcomes).flatMap(([name, { unavailable }]) =>
        unavailable === undefined ? [] : [`${title}: ${name}: ${unavailable}`],
      ),
    );
    expect(missing.filter((line) => !/^HTTP\/2 .*: spillway: .*\bSPW4001\b/.test(line))).toEqual([]);
    expect(Object.values(results.routes ?? {}).map(({ samples }) => samples?.length)).toEqual([1, 1]);
    expect(results.reload).toMatchObject({ targets: 100, failures: 0 });
  }, 300_000);
});
