import { randomBytes } from 'node:crypto';
import { formatProblem } from '../../model';
import type { RuntimeEvent } from '../event';
import {
  type Estate,
  HandoverError,
  handOver,
  NOTHING,
  Primary,
  startProcesses,
  takeOver,
  workerLine,
} from '../processes';
import { readModel } from '../read-model';
import type { Runtime } from '../start';
import { Turns } from '../turns';
import { type Control, serveControl } from './control';
import type { Outcome, Status, Upgrade } from './messages';
import { programHash, type StateDirectory } from './state-directory';

const DRAIN_LIMIT = 10_000;

/**
 * The process that stays: serves every model that it is handed by its workers, and remembers the last one that served.
 * @param file - of the program that runs
 */
export async function runSupervisor(state: StateDirectory, file: string, workers: number): Promise<void> {
  const inheritance = await takeOver();
  const supervisor = new Supervisor(state, file, workers, inheritance?.estate);
  const model = inheritance?.model ?? state.readModel();
  const outcome = model === undefined ? undefined : await supervisor.apply(model);
  if (inheritance !== undefined && outcome?.ok === false) {
    await inheritance.refuse(outcome.message, outcome);
    process.exit(1);
  }
  // Whoever reads the contact finds a supervisor that has done what it could.
  await supervisor.open();
  await inheritance?.accept(outcome);
  process.on('SIGTERM', () => supervisor.stop());
  process.on('SIGINT', () => supervisor.stop());
}

class Supervisor {
  private readonly token = randomBytes(32).toString('hex');
  private readonly program: string;
  private readonly ending = new AbortController();
  private runtime: Runtime | undefined;
  private outcome: Outcome | undefined;
  private control: Control | undefined;
  private readonly turns = new Turns();

  constructor(
    private readonly state: StateDirectory,
    private readonly file: string,
    private readonly workers: number,
    private readonly estate: Estate | undefined,
  ) {
    this.program = programHash(file);
  }

  /** Answers calls from now on, and says where. */
  async open(): Promise<void> {
    this.control = await serveControl(this.token, (call, body) => this.answer(call, body));
    this.writeContact();
  }

  /** Serves a model in place of the one before. */
  async apply(model: string): Promise<Outcome> {
    const next = await this.serve(model);
    if (next.ok) this.state.writeModel(model);
    // What was refused changed nothing, unless there was nothing before.
    if (next.ok || this.outcome === undefined) this.outcome = next;
    return next;
  }

  async stop(): Promise<void> {
    if (this.ending.signal.aborted) return;
    this.ending.abort();
    await this.turns.take(async () => this.runtime?.stop({ timeoutMs: DRAIN_LIMIT }));
    this.control?.close();
    this.state.removeContact();
    process.exit(0);
  }

  private async answer(call: string, body: string): Promise<Outcome | Status> {
    if (call === 'apply') return this.turns.take(() => this.apply(body));
    if (call === 'upgrade') return this.turns.take(() => this.upgrade(JSON.parse(body)));
    // The answer leaves before the process does.
    if (call === 'stop') setImmediate(() => this.stop());
    return this.status();
  }

  /** Lets another program take over, with a model of its own; this process goes on where it cannot. */
  private async upgrade({ program, model }: Upgrade): Promise<Outcome> {
    const { state, workers, runtime, ending } = this;
    const args = ['local', 'supervise', '--state', state.path, '--workers', String(workers)];
    const successor = { program: state.stageProgram(program), args, model };
    try {
      const outcome =
        runtime instanceof Primary
          ? await runtime.handOver(successor)
          : await handOver(NOTHING, successor, ending.signal);
      // The answer leaves before the process does.
      setImmediate(() => this.leave());
      return outcome as Outcome;
    } catch (error) {
      this.writeContact();
      if (error instanceof HandoverError && error.outcome !== undefined) return error.outcome as Outcome;
      const message = `the new program does not serve, and the old one goes on: ${(error as Error).message}`;
      return { ok: false, reason: 'environment', message };
    }
  }

  /** Another process has taken over. */
  private async leave(): Promise<void> {
    this.state.adoptProgram();
    this.control?.close();
    await this.runtime?.stop({ timeoutMs: DRAIN_LIMIT, gently: true });
    process.exit(0);
  }

  private async serve(text: string): Promise<Outcome> {
    const { api, problems } = readModel(text, 'model.json');
    const told = (severity: string) => problems.filter((item) => item.severity === severity).map(formatProblem);
    if (api === undefined) return { ok: false, reason: 'model', message: told('error').join('\n') };
    try {
      const { file: program, workers, estate } = this;
      if (this.runtime !== undefined) await this.runtime.reload(api);
      else this.runtime = await startProcesses(api, { program, workers, estate, onEvent: logWorkers });
    } catch (error) {
      return { ok: false, reason: 'environment', message: (error as Error).message };
    }
    const urls = Object.fromEntries(this.runtime.addresses.map(({ listener, url }) => [listener, url]));
    return { ok: true, name: api.name, urls, notes: told('warning').join('\n') };
  }

  private status(): Status {
    const { runtime, program, outcome } = this;
    const { workerPids = [], workerRestarts: restarts = 0 } = runtime instanceof Primary ? runtime : {};
    return { pid: process.pid, workers: workerPids, restarts, program, outcome };
  }

  private writeContact(): void {
    const { token, program, control } = this;
    if (control !== undefined) this.state.writeContact({ pid: process.pid, port: control.port, token, program });
  }
}

function logWorkers(event: RuntimeEvent): void {
  if (event.kind === 'worker') console.error(`${new Date().toISOString()} supervisor: ${workerLine(event)}`);
}
