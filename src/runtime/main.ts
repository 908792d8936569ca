#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { formatProblem } from '../model';
import { type ForegroundVoice, serveFile } from './foreground';
import { apply, CommandFailure, runSupervisor, StateDirectory, start, status, stop, unpackModel } from './local';
import { defaultWorkers, readWorkers, runWorker } from './processes';
import { answerRead, READ_COMMAND } from './read-apart';
import { readModelFile } from './read-model';
import { SAID_TRANSPORTS, type SaidTransport } from './transport';

const USAGE = `usage: spillway.js run FILE [--workers N] [--transport raw|net] [--pid-file FILE]
       spillway.js check FILE
       spillway.js local start|apply|stop|status --state DIRECTORY [--model FILE] [--workers N]`;

/** The program that machines run: one file, without the rest of the package. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      model: { type: 'string' },
      workers: { type: 'string' },
      transport: { type: 'string' },
      'pid-file': { type: 'string' },
    },
  });
  const [command, what] = positionals;
  if (command === 'run' && what !== undefined) {
    process.exitCode = await serveFile(what, PLAIN, {
      program: __filename,
      workers: workersOf(values.workers),
      transport: transportOf(values.transport),
      pidFile: values['pid-file'],
    });
    return;
  }
  if (command === 'check' && what !== undefined) {
    const { api, problems } = readModelFile(what);
    for (const item of problems) console.error(formatProblem(item));
    process.exitCode = api === undefined ? 1 : 0;
    return;
  }
  // In a thread of a process that serves.
  if (command === READ_COMMAND && what !== undefined && !isMainThread) return answerRead(what);
  // Started by a primary alone.
  if (command === 'worker') return runWorker();
  if (command !== 'local') throw new Usage();
  if (values.state === undefined) throw new Usage();
  switch (what) {
    case 'start':
      return start(values.state, __filename, givenWorkers(values.workers));
    case 'apply':
      return apply(values.state, __filename, modelText(values.model), givenWorkers(values.workers));
    case 'stop':
      return stop(values.state);
    case 'status':
      return console.log(JSON.stringify((await status(values.state)) ?? { running: false }, null, 2));
    case 'supervise':
      return runSupervisor(new StateDirectory(values.state), __filename, workersOf(values.workers));
    default:
      throw new Usage();
  }
}

/** One line for each event, for a service's log. */
const PLAIN: ForegroundVoice = {
  problems: ({ problems }) => {
    for (const item of problems) console.error(formatProblem(item));
  },
  serving: ({ addresses }) => {
    for (const { listener, url } of addresses) console.error(`serves ${listener} at ${url}`);
  },
  reloaded: () => console.error('reloaded'),
  kept: (reason) => console.error(`not reloaded, the earlier model goes on: ${reason}`),
  notReplaced: (reason) => console.error(`not replaced, this process goes on: ${reason}`),
  replaced: () => console.error('another process has taken over; this one drains'),
  draining: () => console.error('draining'),
  happened: (line) => console.error(line),
};

class Usage extends Error {}

function givenWorkers(text: string | undefined): number | undefined {
  const workers = text === undefined ? undefined : readWorkers(text);
  if (text !== undefined && workers === undefined) throw new Usage();
  return workers;
}

function transportOf(text: string | undefined): SaidTransport | undefined {
  const transport = SAID_TRANSPORTS.find((one) => one === text);
  if (text !== undefined && transport === undefined) throw new Usage();
  return transport;
}

function workersOf(text: string | undefined): number {
  return givenWorkers(text) ?? defaultWorkers();
}

function modelText(file: string | undefined): string {
  if (file !== undefined) return readFileSync(file, 'utf8');
  const packed = process.env.SPILLWAY_MODEL;
  if (packed === undefined)
    throw new CommandFailure(3, 'no model: give --model FILE, or SPILLWAY_MODEL in the environment');
  return unpackModel(packed);
}

main().catch((error: unknown) => {
  const usage = error instanceof Usage || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  console.error(usage ? USAGE : `spillway: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(usage ? 2 : error instanceof CommandFailure ? error.exitCode : 3);
});
