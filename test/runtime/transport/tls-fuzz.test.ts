import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { TLS_WAYS } from '../support/secure';

const PROGRAM = join(__dirname, '../support/tls-fuzz.ts');
const DURATION = 4_000;

const RUNS = TLS_WAYS.flatMap((way) => [1, randomInt(1_000_000)].map((seed) => ({ way, seed })));

it.each(RUNS)(
  'TLS survives every order of calls, while memory is collected: $way, seed $seed',
  async ({ way, seed }) => {
    const options = ['--expose-gc', '--require', 'tsx/cjs', PROGRAM, way, String(seed), String(DURATION)];
    // A wrong order ends the process by a signal, a wrong octet with status 1: both reject.
    const { stdout } = await promisify(execFile)(process.execPath, options, { timeout: 15_000 });
    const { connections, checked } = JSON.parse(stdout);
    expect(connections).toBeGreaterThan(10);
    expect(checked).toBeGreaterThan(10_000);
  },
);
