import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ApiDescription } from '../../src/model';
import { freePorts } from '../environment/ports';
import { ROOT } from '../environment/root';
import { parseResident } from '../measuring/proc-stat';
import type { Sample } from './growth';

const PROGRAM = join(ROOT, 'lib', 'runtime', 'spillway.js');
const START_LIMIT = 60_000;
const RELOAD_LIMIT = 30_000;

/** The bundled data plane under soak, with its admin port. */
export class SoakedService {
  reloads = 0;
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly file: string,
    readonly port: number,
    private readonly admin: number,
    private readonly describe: (generation: number) => Partial<ApiDescription>,
  ) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
  }

  /** @param describe - what is served; each reload is another generation */
  static async start(
    directory: string,
    workers: number,
    describe: (generation: number) => Partial<ApiDescription>,
  ): Promise<SoakedService> {
    const [port, admin] = await freePorts(2);
    const file = join(directory, 'api.json');
    writeFileSync(file, '');
    const args = [PROGRAM, 'run', file, '--workers', String(workers)];
    const begin = () => spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    write(file, port, admin, describe(0));
    const service = new SoakedService(begin(), file, port, admin, describe);
    await service.says(/serves web at/, START_LIMIT);
    return service;
  }

  /** What it has said so far. */
  get said(): string {
    return this.output;
  }

  /** The processes: the primary first. */
  get pids(): number[] {
    const primary = this.child.pid as number;
    const children = readFileSync(`/proc/${primary}/task/${primary}/children`, 'utf8');
    return [primary, ...children.split(' ').filter(Boolean).map(Number)];
  }

  /** Serves another generation, without a pause. */
  async reload(): Promise<void> {
    this.reloads += 1;
    write(this.file, this.port, this.admin, this.describe(this.reloads));
    const before = this.output.split('reloaded').length;
    this.child.kill('SIGHUP');
    const started = performance.now();
    while (this.output.split('reloaded').length === before && performance.now() - started < RELOAD_LIMIT)
      await wait(20);
  }

  sample(pid: number, seconds: number): Sample {
    return {
      seconds,
      resident: parseResident(readFileSync(`/proc/${pid}/status`, 'utf8')),
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    };
  }

  /** The sum of what a metric says, whatever its labels. */
  async metric(name: string): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.admin}/metrics`, { headers: { connection: 'close' } });
    const lines = (await response.text()).split('\n').filter((line) => line.startsWith(`${name}{`));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** @returns the exit code */
  async end(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await gone;
    }
    return this.child.exitCode;
  }

  private async says(pattern: RegExp, limit: number): Promise<void> {
    const started = performance.now();
    while (!pattern.test(this.output)) {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.output}`);
      if (performance.now() - started > limit) throw new Error(`does not say ${pattern}: ${this.output}`);
      await wait(20);
    }
  }
}

function write(file: string, port: number, admin: number, parts: Partial<ApiDescription>): void {
  const description = {
    version: 1,
    name: 'soak',
    listeners: { web: { address: '127.0.0.1', port, http2: true } },
    admin: { address: '127.0.0.1', port: admin },
    ...parts,
  };
  writeFileSync(file, JSON.stringify(description));
}
