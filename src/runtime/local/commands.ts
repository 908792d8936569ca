import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { callControl } from './control';
import type { Outcome, Status, Upgrade } from './messages';
import { type Contact, programHash, StateDirectory } from './state-directory';

const START_LIMIT = 15_000;
const STOP_LIMIT = 20_000;
const POLL = 20;

/** Exit codes: 1 for a problem of the model, 3 for one of the machine. */
export class CommandFailure extends Error {
  constructor(
    readonly exitCode: 1 | 3,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Starts the background process unless it runs, and loads the last model that it served.
 * @param workers - how many processes serve, where it is started; left out: its own default
 */
export async function start(directory: string, program: string, workers: number | undefined): Promise<void> {
  const state = new StateDirectory(directory);
  await ensureRunning(state, program, workers);
  const status = await statusOf(state);
  if (status?.outcome) report(state, status.outcome, workers);
}

/** Makes the background process serve a model; what serves goes on where the model is refused. */
export async function apply(
  directory: string,
  program: string,
  model: string,
  workers: number | undefined,
): Promise<void> {
  const state = new StateDirectory(directory);
  const contact = await ensureRunning(state, program, workers);
  const same = contact.program === programHash(program);
  const outcome = same
    ? await callControl<Outcome>(contact, 'apply', model)
    : await callControl<Outcome>(contact, 'upgrade', JSON.stringify({ program, model } satisfies Upgrade));
  if (outcome === undefined) throw new CommandFailure(3, `the process did not answer; its log is ${state.log}`);
  report(state, outcome, workers);
}

/** Ends the background process and removes what it kept. */
export async function stop(directory: string): Promise<void> {
  const state = new StateDirectory(directory);
  const wasRunning = await stopProcess(state);
  state.remove();
  console.log(wasRunning ? 'stopped' : 'was not running');
}

/** How the background process is; `undefined` where there is none. */
export async function status(directory: string): Promise<Status | undefined> {
  return statusOf(new StateDirectory(directory));
}

/** The model that an environment variable carries: gzip, in base64. */
export function unpackModel(packed: string): string {
  return gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
}

async function statusOf(state: StateDirectory): Promise<Status | undefined> {
  const contact = state.readContact();
  return contact && callControl<Status>(contact, 'status');
}

async function ensureRunning(state: StateDirectory, program: string, workers: number | undefined): Promise<Contact> {
  if (await statusOf(state)) return state.readContact() as Contact;
  state.prepare();
  state.removeContact();
  state.copyProgram(program);
  const output = openSync(state.log, 'a', 0o600);
  // Its own session, so that it outlives the deployment; nothing of the deployment's own in its environment.
  const more = workers === undefined ? [] : ['--workers', String(workers)];
  const child = spawn(process.execPath, [state.program, 'local', 'supervise', '--state', state.path, ...more], {
    detached: true,
    stdio: ['ignore', output, output],
    cwd: state.path,
    env: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(SPILLWAY_(MODEL|RUNTIME|STATE)$|TF_)/.test(name)),
    ),
  });
  closeSync(output);
  let ended: string | undefined;
  child.once('exit', (code, signal) => {
    ended = String(signal ?? code);
  });
  child.unref();
  const contact = await poll(START_LIMIT, () => (ended === undefined ? state.readContact() : null));
  if (!contact)
    throw new CommandFailure(
      3,
      `the process did not start${ended ? ` (it ended with ${ended})` : ''}; its log is ${state.log}`,
    );
  return contact;
}

async function stopProcess(state: StateDirectory): Promise<boolean> {
  const contact = state.readContact();
  if (!contact || !(await callControl<Status>(contact, 'stop'))) return false;
  const gone = await poll(STOP_LIMIT, () => (isAlive(contact.pid) ? undefined : true));
  if (!gone) throw new CommandFailure(3, `process ${contact.pid} did not end within ${STOP_LIMIT / 1000} s`);
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Looks again and again until there is something, `null` to give up, or the time is over. */
async function poll<Found>(limit: number, look: () => Found | undefined | null): Promise<Found | undefined> {
  for (let waited = 0; waited < limit; waited += POLL) {
    const found = look();
    if (found === null) return undefined;
    if (found !== undefined) return found;
    await wait(POLL);
  }
  return undefined;
}

function report(state: StateDirectory, outcome: Outcome, workers: number | undefined): void {
  if (!outcome.ok) throw new CommandFailure(outcome.reason === 'model' ? 1 : 3, outcome.message);
  if (outcome.notes) console.log(outcome.notes);
  for (const [listener, url] of Object.entries(outcome.urls))
    console.log(`${outcome.name} serves ${listener} at ${url}`);
  console.log(`Its log is ${state.log}`);
  const more = workers === undefined ? '' : ` --workers ${workers}`;
  console.log(`After a restart of this machine: node "${state.program}" local start --state "${state.path}"${more}`);
}
