import { parentPort, Worker } from 'node:worker_threads';
import type { Validation } from '../model';
import { readModelFile } from './read-model';

/** The command of the bundled program that a thread runs. */
export const READ_COMMAND = 'read';

/** What was read, as JSON, which passes between threads faster than objects do; or why nothing was. */
interface Answer {
  readonly read?: string;
  readonly failure?: string;
}

/**
 * Reads the model of a file in a thread of its own, so that requests need not wait: of 10,000 targets that takes half a
 * second. Rejects where the file cannot be read.
 * @param program - the file of the bundled program
 */
export function readApart(program: string, file: string): Promise<Validation> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(program, { argv: [READ_COMMAND, file] });
    thread.once('message', ({ read, failure }: Answer) => {
      if (read === undefined) reject(new Error(failure));
      else resolve(JSON.parse(read));
    });
    thread.once('error', reject);
    // After its message, this says nothing new.
    thread.once('exit', (code) => reject(new Error(`reading ${file} ended with ${code}`)));
  });
}

/** What that thread does. */
export function answerRead(file: string): void {
  parentPort?.postMessage(answerOf(file));
}

function answerOf(file: string): Answer {
  try {
    const { api, problems } = readModelFile(file);
    return { read: JSON.stringify({ api, problems }) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
