import { parseArgs } from 'node:util';

export interface Options {
  /** Names of the measurements to make. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Length of one measurement. */
  readonly seconds: number;
  readonly warmUp: number;
  /** Whether only what spillway and nginx can do is tried, for a moment each. */
  readonly smoke: boolean;
  /** The file of the report. Left out: it is printed. */
  readonly report: string | undefined;
  /** The file of the figures as JSON, if any. */
  readonly json: string | undefined;
}

export const USAGE = `usage: npm run bench -- [--only NAME,…] [--rounds 3] [--seconds 2] [--report FILE] [--json FILE] [--smoke]
A run of everything writes bench/RESULTS.md; a part is printed, unless --report says where to write it.`;

/** A wrong command line. */
export class UsageError extends Error {}

/**
 * Reads the command line.
 * @param names - of everything that can be measured
 * @param results - the file of the report of a whole run
 * @throws UsageError
 */
export function parseOptions(args: readonly string[], names: readonly string[], results: string): Options {
  const { only, rounds, seconds, smoke, report, json } = read(args);
  const chosen = only?.split(',') ?? names;
  for (const name of chosen)
    if (!names.includes(name)) throw new UsageError(`there is no ${name}; there are ${names.join(', ')}`);
  return {
    only: names.filter((name) => chosen.includes(name)),
    rounds: smoke ? 1 : positive('--rounds', rounds, true),
    seconds: smoke ? 0.3 : positive('--seconds', seconds, false),
    warmUp: smoke ? 0 : 1,
    smoke,
    report: report ?? (only === undefined && !smoke ? results : undefined),
    json,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '2' },
        smoke: { type: 'boolean', default: false },
        report: { type: 'string' },
        json: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function positive(option: string, text: string, whole: boolean): number {
  const value = Number(text);
  if (!(value > 0) || (whole && !Number.isInteger(value)))
    throw new UsageError(`${option} ${text}: not a number above 0`);
  return value;
}
