import { join } from 'node:path';
import type { Processes } from '../environment/processes';
import type { Work } from './work';

export interface WebSocketOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
}

/** Messages of 64 octets that go there and back, each as soon as the one before it on the same connection is back. */
export async function runWebSockets(processes: Processes, options: WebSocketOptions): Promise<Work> {
  const program = join(__dirname, 'programs', 'websocket.mjs');
  return JSON.parse(await processes.runClient(process.execPath, [program, JSON.stringify(options)], options.seconds));
}
