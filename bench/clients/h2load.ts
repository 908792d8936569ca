import type { Processes } from '../environment/processes';
import type { Work } from './work';

export interface H2LoadOptions {
  readonly url: string;
  readonly connections: number;
  /** Requests under way on each connection. */
  readonly streams: number;
  readonly seconds: number;
}

/** Requests of HTTP/2 by h2load. */
export async function runH2load(processes: Processes, options: H2LoadOptions): Promise<Work> {
  const { url, connections, streams, seconds } = options;
  const duration = `${Math.round(seconds * 1000)}ms`;
  const args = ['-t', '1', '-c', String(connections), '-m', String(streams), '-D', duration, url];
  return parseH2load(await processes.runClient('h2load', args, seconds));
}

/** Reads what h2load prints. @throws Error where that is not h2load's report */
export function parseH2load(text: string): Work {
  const protocol = /^Application protocol: (.*)$/m.exec(text)?.[1];
  const counts = /^requests: .* (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout$/m.exec(text);
  if (counts === null) throw new Error(`not what h2load prints: ${text.slice(0, 200)}`);
  const [succeeded, failed, errored, timedOut] = counts.slice(1).map(Number);
  if (protocol !== 'h2') return { operations: 0, failure: `speaks ${protocol ?? 'no protocol'}, not h2` };
  if (failed + errored + timedOut === 0) return { operations: succeeded };
  return { operations: succeeded, failure: `${failed} failed, ${errored} errored, ${timedOut} timed out` };
}
