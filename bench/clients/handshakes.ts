import type { Processes } from '../environment/processes';
import type { Work } from './work';

/** Blocking clients at the same time: enough to keep a proxy busy through the pauses of each. */
const CLIENTS = 8;

export interface HandshakeOptions {
  readonly port: number;
  readonly kind: 'full' | 'resumed';
  readonly seconds: number;
}

/** s_time writes `GET … HTTP/1.0` around this: a request of HTTP/1.1 with a field more, whose answer ends the connection. */
const PAGE = '/ HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nX-Rest:';

/** TLS connections by `openssl s_time`, each for one request. It counts in whole seconds, at least one. */
export async function runHandshakes(processes: Processes, options: HandshakeOptions): Promise<Work> {
  const { port, kind, seconds } = options;
  const how = kind === 'full' ? '-new' : '-reuse';
  const time = Math.max(1, Math.round(seconds));
  const args = ['s_time', '-connect', `127.0.0.1:${port}`, '-tls1_3', how, '-time', String(time), '-www', PAGE];
  const texts = await Promise.all(Array.from({ length: CLIENTS }, () => processes.runClient('openssl', args, time)));
  return sum(texts.map((text) => parseHandshakes(text, kind)));
}

/**
 * Reads what s_time prints: a mark for each connection, `*` for a full handshake and `r` for a resumed one.
 * @throws Error where that is not s_time's report
 */
export function parseHandshakes(text: string, kind: HandshakeOptions['kind']): Work {
  const count = /^(\d+) connections in [\d.]+ real seconds/m.exec(text)?.[1];
  if (count === undefined) throw new Error(`not what openssl s_time prints: ${text.slice(0, 200)}`);
  const marks = /^[*rt]+/m.exec(text)?.[0] ?? '';
  const wrong = marks.split(kind === 'full' ? 'r' : '*').length - 1;
  const operations = Number(count);
  // Whoever resumes begins with a full handshake.
  const allowed = kind === 'full' ? 0 : 1;
  return wrong > allowed ? { operations, failure: `${wrong} of ${operations} were not ${kind}` } : { operations };
}

function sum(works: readonly Work[]): Work {
  const operations = works.reduce((total, work) => total + work.operations, 0);
  const failure = works.find((work) => work.failure !== undefined)?.failure;
  return failure === undefined ? { operations } : { operations, failure };
}
