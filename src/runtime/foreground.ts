import { readFileSync } from 'node:fs';
import type { FileValidation } from '../file';
import type { Api } from '../model';
import type { RuntimeEvent } from './event';
import { Primary, startProcesses, workerLine } from './processes';
import { readModel } from './read-model';
import { type Runtime, startRuntime } from './start';

const DRAIN_LIMIT = 30_000;

/** Tells a person, or a log, what happens to an API that is served in the foreground. */
export interface ForegroundVoice {
  /** What is wrong or doubtful, of the first model and of every later one. */
  problems(read: FileValidation): void;
  serving(runtime: Runtime, read: FileValidation): void;
  reloaded(read: FileValidation): void;
  /** A later model could not be loaded; the earlier one goes on. */
  kept(reason: string): void;
  draining(): void;
  /** What happens to the processes that serve. */
  worker(line: string): void;
}

/** How a file is served. */
export interface ForegroundOptions {
  /** The file of the bundled program, which the workers run. */
  readonly program: string;
  /** How many processes serve, at least 1. */
  readonly workers: number;
  /** Whether this process serves itself where it would have but one worker. */
  readonly aloneIfOne?: boolean;
}

/**
 * Serves the API of a file until a signal ends it: SIGHUP loads the file again, SIGTERM and SIGINT drain, and a second
 * one ends at once. Resolves with the exit code: 0, or 1 where the file has an error.
 * @throws RuntimeStartError where a port cannot be had; an error of the file system where the file cannot be read.
 */
export async function serveFile(file: string, voice: ForegroundVoice, options: ForegroundOptions): Promise<number> {
  const read = () => {
    const result = readModel(readFileSync(file, 'utf8'), file);
    voice.problems(result);
    return result;
  };
  const first = read();
  if (first.api === undefined) return 1;
  const runtime = await start(first.api, voice, options);
  voice.serving(runtime, first);

  const reload = async () => {
    try {
      const next = read();
      if (next.api === undefined) return voice.kept('the file has errors');
      await runtime.reload(next.api);
      voice.reloaded(next);
    } catch (error) {
      voice.kept(error instanceof Error ? error.message : String(error));
    }
  };
  process.on('SIGHUP', reload);

  await new Promise<void>((resolve) => {
    const end = () => {
      process.once('SIGINT', () => exitNow(runtime, 130)).once('SIGTERM', () => exitNow(runtime, 143));
      resolve();
    };
    process.once('SIGINT', end).once('SIGTERM', end);
  });
  voice.draining();
  await runtime.stop({ timeoutMs: DRAIN_LIMIT });
  return 0;
}

function start(
  api: Api,
  voice: ForegroundVoice,
  { program, workers, aloneIfOne }: ForegroundOptions,
): Promise<Runtime> {
  if (workers === 1 && aloneIfOne) return startRuntime(api);
  const onEvent = (event: RuntimeEvent) => event.kind === 'worker' && voice.worker(workerLine(event));
  return startProcesses(api, { program, workers, onEvent });
}

function exitNow(runtime: Runtime, code: number): never {
  // Left to themselves, workers would drain.
  if (runtime instanceof Primary) void runtime.kill();
  process.exit(code);
}
