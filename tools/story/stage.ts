import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Behaviour, TargetProcess } from './target-process';

const RUNTIME = join(__dirname, '..', '..', 'lib', 'runtime', 'spillway.js');
const START_MS = 20_000;

/** What a scenario describes: pools and routes, in the words of a file, by the ports of its targets. */
export type Description = (ports: readonly number[]) => { readonly pools: object; readonly routes: object };

/** The bundled data plane and its targets, as processes of their own. */
export class Stage {
  private constructor(
    readonly targets: readonly TargetProcess[],
    readonly url: string,
    private readonly ports: readonly number[],
    private readonly base: object,
    private readonly directory: string,
    private readonly plane: ChildProcess,
    private readonly lines: string[],
  ) {}

  /** Resolves once the data plane serves. */
  static async open(workers: number, behaviours: readonly Behaviour[], description: Description): Promise<Stage> {
    const [port, admin, ...ports] = await freePorts(2 + behaviours.length);
    const targets = ports.map((one, index) => new TargetProcess(`web${index + 1}`, one, behaviours[index]));
    await Promise.all(targets.map((target) => target.start()));
    const directory = mkdtempSync(join(tmpdir(), 'spillway-story-'));
    const base = {
      version: 1,
      name: 'story',
      listeners: { web: { address: '127.0.0.1', port } },
      admin: { port: admin },
    };
    const file = join(directory, 'api.json');
    writeFileSync(file, JSON.stringify({ ...base, ...description(ports) }));
    const args = [RUNTIME, 'run', file, '--workers', String(workers)];
    const plane = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    for (const stream of [plane.stdout, plane.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => lines.push(...text.split('\n')));
    }
    const stage = new Stage(targets, `http://127.0.0.1:${port}`, ports, base, directory, plane, lines);
    try {
      await stage.until(/serves web at/);
    } catch (error) {
      await stage.close();
      throw error;
    }
    return stage;
  }

  /** Loads another description; resolves once it serves. */
  async load(description: Description): Promise<void> {
    const before = this.lines.length;
    writeFileSync(join(this.directory, 'api.json'), JSON.stringify({ ...this.base, ...description(this.ports) }));
    this.plane.kill('SIGHUP');
    await this.until(/^reloaded/, before);
  }

  /** Resolves once the data plane has said something. @param from - the line to begin with */
  async until(pattern: RegExp, from = 0): Promise<void> {
    const begun = performance.now();
    while (!this.lines.slice(from).some((line) => pattern.test(line))) {
      if (performance.now() - begun > START_MS || this.plane.exitCode !== null)
        throw new Error(`the data plane did not say ${pattern}: ${this.lines.join('\n')}`);
      await wait(5);
    }
  }

  async close(): Promise<void> {
    if (this.plane.exitCode === null && this.plane.signalCode === null) {
      const gone = once(this.plane, 'exit');
      this.plane.kill('SIGTERM');
      await gone;
    }
    await Promise.all(this.targets.map((target) => target.kill()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Ports of 127.0.0.1 that nobody listens on. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
