import type { Processes } from '../environment/processes';
import type { Work } from './work';

export interface WrkOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A file of Lua that makes the requests. */
  readonly script?: string;
}

/** How long wrk waits for an answer. */
const TIMEOUT = '5s';

/** Requests by wrk, each as soon as the one before it on the same connection is answered. */
export async function runWrk(processes: Processes, options: WrkOptions): Promise<Work> {
  const { url, connections, seconds, headers = {}, script } = options;
  // wrk takes whole seconds, and ends with its figures when it is interrupted.
  const limit = `${Math.ceil(seconds) + 30}s`;
  const args = ['-t', '1', '-c', String(connections), '-d', limit, '--timeout', TIMEOUT];
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`);
  if (script !== undefined) args.push('-s', script);
  return parseWrk(await processes.runClient('wrk', [...args, url], seconds, 'interrupted'));
}

/** Reads what wrk prints. @throws Error where that is not wrk's report */
export function parseWrk(text: string): Work {
  const operations = /^\s*(\d+) requests in /m.exec(text)?.[1];
  if (operations === undefined) throw new Error(`not what wrk prints: ${text.slice(0, 200)}`);
  const failures = [/^\s*(Socket errors: .*)$/m, /^\s*(Non-2xx or 3xx responses: .*)$/m]
    .map((pattern) => pattern.exec(text)?.[1])
    .filter((line) => line !== undefined);
  return failures.length === 0
    ? { operations: Number(operations) }
    : { operations: Number(operations), failure: failures.join('; ') };
}
