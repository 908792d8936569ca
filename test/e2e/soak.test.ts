import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { problemsOf } from '../../bench/soak/report';
import { soak } from '../../bench/soak/soak';

const SECONDS = 12;
/** A program is still getting to its size; what each fault would leave behind, or each reload, is more than this by then. */
const MOST_GROWN = 64 * 1024 * 1024;

it('comes through a short soak in faults as it was, and disturbs no client that does no wrong', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-short-soak-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const result = await soak({ directory, seconds: SECONDS, workers: 2, sampleSeconds: 1, settledSeconds: SECONDS / 3 });
  expect(problemsOf(result)).toEqual([]);
  expect(result.faults).toBeGreaterThan(50);
  expect(Math.min(result.reloads, result.targetRestarts)).toBeGreaterThan(0);
  for (const { samples } of result.processes) {
    const sizes = samples.filter(({ seconds }) => seconds >= SECONDS / 3).map(({ resident }) => resident);
    expect(Math.max(...sizes) - sizes[0]).toBeLessThan(MOST_GROWN);
  }
}, 90_000);
