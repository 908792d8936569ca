import { chmodSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, untilAccepts } from '../environment/ports';
import type { Server } from '../environment/processes';
import type { Stage } from '../environment/stage';
import type { Command, ListenerKind, ProxyProgram } from './proxy';

/** A proxy at work. */
export interface RunningProxy {
  readonly port: number;
  readonly server: Server;
}

/** Starts a proxy; resolves once it accepts connections. @throws Error with the reason where it cannot serve that */
export async function startProxy(proxy: ProxyProgram, kind: ListenerKind, stage: Stage): Promise<RunningProxy> {
  const target = kind === 'websocket' ? stage.upstream.echoPort : stage.upstream.port;
  return startOn(stage, (home, port) => {
    const reason = proxy.cannot[kind];
    if (reason !== undefined) throw new Error(reason);
    return proxy.prepare({ ...stage, kind, home, port, target });
  });
}

/** Starts what serves on a free port; resolves once it accepts connections. */
export async function startOn(stage: Stage, prepare: (home: string, port: number) => Command): Promise<RunningProxy> {
  const home = mkdtempSync(join(stage.directory, 'proxy-'));
  chmodSync(home, 0o755);
  const [port] = await freePorts(1);
  const { program, args } = prepare(home, port);
  const server = stage.processes.startServer('proxy', program, args);
  try {
    await untilAccepts(port, () => server.alive());
  } catch (error) {
    await server.end();
    throw error;
  }
  return { port, server };
}
