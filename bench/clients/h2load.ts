import type { Processes } from '../environment/processes';
import type { Work } from './work';

/** How many requests are made in a second, before it is known how many can be. */
const FIRST_GUESS = 2_000;

/** Requests of HTTP/2. */
export interface H2LoadOptions {
  readonly connections: number;
  /** Requests under way on each connection. */
  readonly streams: number;
}

/**
 * Requests of HTTP/2 by h2load. It is given their number, as many as fit into the time by what was seen before: given a
 * time, it may wait for ever for what was under way when that ends.
 */
export class H2Load {
  /** Requests in a second, by the port. */
  private readonly rates = new Map<number, number>();

  constructor(private readonly options: H2LoadOptions) {}

  async run(processes: Processes, port: number, seconds: number): Promise<Work> {
    const { connections, streams } = this.options;
    const requests = Math.max(connections * streams, Math.round((this.rates.get(port) ?? FIRST_GUESS) * seconds));
    const args = ['-t', '1', '-c', String(connections), '-m', String(streams), '-n', String(requests)];
    const startedAt = performance.now();
    const work = parseH2load(await processes.runClient('h2load', [...args, `https://127.0.0.1:${port}/`], seconds));
    this.rates.set(port, (1000 * work.operations) / (performance.now() - startedAt));
    return work;
  }
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
