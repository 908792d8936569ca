import type { Api, Validation } from '../model';
import type { RuntimeEvent } from './event';
import { eventLine } from './event-line';
import { PidFile } from './pid-file';
import { type Estate, Primary, startProcesses, takeOver } from './processes';
import { readApart } from './read-apart';
import { readModelFile } from './read-model';
import { type Runtime, startRuntime } from './start';
import type { TransportChoice } from './transport';
import { Turns } from './turns';

const DRAIN_LIMIT = 30_000;

/** Tells a person, or a log, what happens to an API that is served in the foreground. */
export interface ForegroundVoice {
  /** What is wrong or doubtful, of the first model and of every later one. */
  problems(read: Validation): void;
  serving(runtime: Runtime, read: Validation): void;
  reloaded(read: Validation): void;
  /** A later model could not be loaded; the earlier one goes on. */
  kept(reason: string): void;
  /** Another process could not take over; this one goes on. */
  notReplaced(reason: string): void;
  /** Another process has taken over; this one ends once its requests have. */
  replaced(): void;
  draining(): void;
  /** What happens to the processes that serve, to targets and to tiers. */
  happened(line: string): void;
}

/** How a file is served. */
export interface ForegroundOptions {
  /** The file of the bundled program, which the workers run. */
  readonly program: string;
  /** How many processes serve, at least 1. */
  readonly workers: number;
  /** How TCP is done. Left out: what SPILLWAY_TRANSPORT says, else the fastest way that works here. */
  readonly transport?: TransportChoice;
  /** Whether this process serves itself where it would have but one worker. */
  readonly aloneIfOne?: boolean;
  /** A file that always names the process to send signals to. */
  readonly pidFile?: string;
}

/**
 * Serves the API of a file until a signal ends it: SIGHUP loads the file again, SIGUSR2 lets the program that is in
 * place of this one by now take over, SIGTERM and SIGINT drain, and a second one ends at once. Resolves with the exit
 * code: 0, or 1 where the file has an error.
 * @throws RuntimeStartError where a port cannot be had; an error of the file system where the file cannot be read.
 */
export async function serveFile(file: string, voice: ForegroundVoice, options: ForegroundOptions): Promise<number> {
  const inheritance = await takeOver();
  const first = readModelFile(file);
  voice.problems(first);
  if (first.api === undefined) {
    await inheritance?.refuse('the file has errors');
    return 1;
  }
  const runtime = await start(first.api, voice, options, inheritance?.estate).catch(async (error) => {
    await inheritance?.refuse(messageOf(error));
    throw error;
  });
  const pidFile = options.pidFile === undefined ? undefined : new PidFile(options.pidFile);
  pidFile?.write();

  // A primary sends no requests itself; its probes wait well for what it reads.
  const read = () => (runtime instanceof Primary ? readModelFile(file) : readApart(options.program, file));
  const load = async () => {
    try {
      const next = await read();
      voice.problems(next);
      if (next.api === undefined) return voice.kept('the file has errors');
      await runtime.reload(next.api);
      voice.reloaded(next);
    } catch (error) {
      voice.kept(messageOf(error));
    }
  };
  const loads = new Turns();
  process.on('SIGHUP', () => loads.take(load));

  const ended = new Promise<boolean>((resolve) => {
    const end = () => resolve(false);
    process.once('SIGINT', end).once('SIGTERM', end);
    let busy = false;
    process.on('SIGUSR2', async () => {
      if (busy) return;
      busy = true;
      try {
        await handOver(runtime);
        resolve(true);
      } catch (error) {
        busy = false;
        pidFile?.write();
        voice.notReplaced(messageOf(error));
      }
    });
  });
  // Whoever reads that it serves may send signals.
  voice.serving(runtime, first);
  await inheritance?.accept();
  const replaced = await ended;
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const])
    process.removeAllListeners(signal).once(signal, () => exitNow(runtime, code));
  if (replaced) voice.replaced();
  else voice.draining();
  await runtime.stop({ timeoutMs: DRAIN_LIMIT, gently: replaced });
  pidFile?.remove();
  return 0;
}

function start(
  api: Api,
  voice: ForegroundVoice,
  { program, workers, transport, aloneIfOne }: ForegroundOptions,
  estate: Estate | undefined,
): Promise<Runtime> {
  const onEvent = (event: RuntimeEvent) => {
    const line = eventLine(event);
    if (line !== undefined) voice.happened(line);
  };
  if (workers === 1 && aloneIfOne && estate === undefined) return startRuntime(api, { transport, onEvent });
  return startProcesses(api, { program, workers, transport, onEvent, estate });
}

/** Lets the program that this one was started from, as it is now, take over. */
async function handOver(runtime: Runtime): Promise<void> {
  if (!(runtime instanceof Primary)) throw new Error('one process alone cannot hand over; serve by workers');
  const [, program, ...args] = process.argv;
  await runtime.handOver({ program, args });
}

function exitNow(runtime: Runtime, code: number): never {
  // Left to themselves, workers would drain.
  if (runtime instanceof Primary) void runtime.kill();
  process.exit(code);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
