import { randomBytes } from 'node:crypto';
import { formatProblem } from '../../model';
import type { RuntimeEvent } from '../event';
import { Primary, startProcesses, workerLine } from '../processes';
import { readModel } from '../read-model';
import type { Runtime } from '../start';
import { serveControl } from './control';
import type { Outcome, Status } from './messages';
import { programHash, type StateDirectory } from './state-directory';

const DRAIN_LIMIT = 10_000;

/** The process that stays: serves every model that it is handed by its workers, and remembers the last one that served. */
export async function runSupervisor(state: StateDirectory, workers: number): Promise<void> {
  const token = randomBytes(32).toString('hex');
  const program = programHash(state.program);
  let runtime: Runtime | undefined;
  let outcome: Outcome | undefined;
  let stopping = false;

  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };

  const serve = async (text: string): Promise<Outcome> => {
    const { api, problems } = readModel(text, 'model.json');
    const told = (severity: string) => problems.filter((item) => item.severity === severity).map(formatProblem);
    if (api === undefined) return { ok: false, reason: 'model', message: told('error').join('\n') };
    try {
      if (runtime !== undefined) await runtime.reload(api);
      else runtime = await startProcesses(api, { program: state.program, workers, onEvent: logWorkers });
    } catch (error) {
      return { ok: false, reason: 'environment', message: (error as Error).message };
    }
    const urls = Object.fromEntries(runtime.addresses.map(({ listener, url }) => [listener, url]));
    return { ok: true, name: api.name, urls, notes: told('warning').join('\n') };
  };

  const apply = async (model: string): Promise<Outcome> => {
    const next = await serve(model);
    if (next.ok) {
      state.writeModel(model);
      outcome = next;
    }
    return next;
  };

  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await inTurn(async () => runtime?.stop({ timeoutMs: DRAIN_LIMIT }));
    control.close();
    state.removeContact();
    process.exit(0);
  };

  const status = (): Status => {
    const { workerPids: pids = [], workerRestarts: restarts = 0 } = runtime instanceof Primary ? runtime : {};
    return { pid: process.pid, workers: pids, restarts, program, outcome };
  };

  const control = await serveControl(token, async (call, body) => {
    if (call === 'apply') return inTurn(() => apply(body));
    // The answer leaves before the process does.
    if (call === 'stop') setImmediate(stop);
    return status();
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  const last = state.readModel();
  if (last !== undefined) outcome = await inTurn(() => serve(last));
  // Whoever reads this finds a supervisor that has done what it could.
  state.writeContact({ pid: process.pid, port: control.port, token, program });
}

function logWorkers(event: RuntimeEvent): void {
  if (event.kind === 'worker') console.error(`${new Date().toISOString()} supervisor: ${workerLine(event)}`);
}
