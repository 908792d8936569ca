import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Stage } from '../environment/stage';
import { residentMemory } from '../measuring/usage';
import type { ListenerKind, ProxyProgram } from '../proxies/proxy';
import { startProxy } from '../proxies/start';

/** Memory that idle connections take, or why that is not known. */
export type IdleOutcome =
  | { readonly octetsPerConnection: number; readonly residentAtFirst: number; readonly unavailable?: undefined }
  | { readonly unavailable: string };

/** Connections that are open before anything is counted: what a first request brings along is not theirs. */
const FIRST = 100;
/** Descriptors of a proxy besides the clients' connections: to the upstream, listeners, files. */
const OTHER_DESCRIPTORS = 500;

/** Opens keep-alive connections, sends one request on each, and sees how much the proxy has grown. */
export async function measureIdle(
  stage: Stage,
  proxy: ProxyProgram,
  kind: ListenerKind,
  connections: number,
): Promise<IdleOutcome> {
  try {
    assertDescriptors(connections);
    const { port, server } = await startProxy(proxy, kind, stage);
    try {
      const client = openClient(stage, { port, first: FIRST, connections, tls: kind === 'https' });
      await client.next();
      const residentAtFirst = residentMemory(server.pid);
      client.goOn();
      await client.next();
      const octetsPerConnection = (residentMemory(server.pid) - residentAtFirst) / (connections - FIRST);
      await client.end();
      return { octetsPerConnection, residentAtFirst };
    } finally {
      await server.end();
    }
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
}

function assertDescriptors(connections: number): void {
  const report = process.report.getReport() as { userLimits?: Record<string, { soft: number | string }> };
  const limit = report.userLimits?.open_files?.soft;
  if (typeof limit !== 'number' || limit >= connections + OTHER_DESCRIPTORS) return;
  throw new Error(
    `a process may open ${limit} files here (ulimit -n), which is too few for ${connections} connections`,
  );
}

/** The client prints a line when the next part of its connections is open. */
function openClient(stage: Stage, options: object) {
  const program = join(__dirname, '..', 'clients', 'programs', 'idle.mjs');
  const child = stage.processes.startClient(process.execPath, [program, JSON.stringify(options)]);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value } = await lines.next();
      if (value !== 'open') throw new Error(value ?? 'the client has ended');
    },
    goOn: () => child.stdin?.write('\n'),
    async end() {
      child.stdin?.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
