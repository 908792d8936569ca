import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { serveControl } from './control';
import type { Outcome, Status, ToWorker } from './messages';
import { Restarts } from './restarts';
import { programHash, type StateDirectory } from './state-directory';

/** Somewhat longer than a worker takes to drain. */
const STOP_LIMIT = 12_000;

/** The process that stays: keeps a worker alive, hands it every model, and remembers the last one that served. */
export async function runSupervisor(state: StateDirectory): Promise<void> {
  const token = randomBytes(32).toString('hex');
  const program = programHash(state.program);
  const restarts = new Restarts(() => performance.now());
  let worker: ChildProcess | undefined;
  let outcome: Outcome | undefined;
  let restarted = 0;
  let stopping = false;

  // A worker answers models in order, and an answer does not say which it is for: one at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };

  /** Starts a worker, and has it serve what served last. */
  const revive = async (): Promise<ChildProcess> => {
    const child = fork(state.program, ['local', 'worker'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    worker = child;
    restarts.started();
    child.once('exit', async (code, signal) => {
      worker = undefined;
      if (stopping) return;
      log(`the worker ended (${signal ?? code}) and is started again`);
      await wait(restarts.delay());
      await inTurn(async () => {
        if (stopping || worker) return;
        restarted += 1;
        await revive();
      });
    });
    const model = state.readModel();
    if (model !== undefined) outcome = await tell(child, model);
    return child;
  };

  const apply = async (model: string): Promise<Outcome> => {
    const next = await tell(worker ?? (await revive()), model);
    if (next.ok) {
      state.writeModel(model);
      outcome = next;
    }
    return next;
  };

  const stop = async () => {
    stopping = true;
    const child = worker;
    if (child) {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      // Where the channel is closed the worker is ending already.
      child.send({ kind: 'stop' } satisfies ToWorker, () => {});
      await Promise.race([ended, wait(STOP_LIMIT)]);
      child.kill('SIGKILL');
    }
    control.close();
    state.removeContact();
    process.exit(0);
  };

  const status = (): Status => ({ pid: process.pid, workerPid: worker?.pid, restarts: restarted, program, outcome });

  const control = await serveControl(token, async (call, body) => {
    if (call === 'apply') return inTurn(() => apply(body));
    // The answer leaves before the process does.
    if (call === 'stop') setImmediate(stop);
    return status();
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  await inTurn(revive);
  // Whoever reads this finds a supervisor that has done what it could.
  state.writeContact({ pid: process.pid, port: control.port, token, program });
}

/** Hands a model to a worker and waits for what becomes of it. */
function tell(worker: ChildProcess, model: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const ended = () =>
      resolve({ ok: false, reason: 'environment', message: 'the worker ended while it loaded the model' });
    worker.once('exit', ended);
    worker.once('message', (answer) => {
      worker.off('exit', ended);
      resolve(answer as Outcome);
    });
    worker.send({ kind: 'apply', model } satisfies ToWorker, (error) => error && ended());
  });
}

function log(text: string): void {
  console.error(`${new Date().toISOString()} supervisor: ${text}`);
}
