import type { FileError } from './file-error';

/** How often in a row a file must be wrong before it is told: the second half of a pair may be on its way. */
const TELL_AFTER = 2;

/** Is told how files are. */
export interface FileVoice {
  /** A file was changed, and cannot be used: what it held before goes on. */
  kept(error: FileError): void;
  /** The file can be used again, or is looked at no more. */
  mended(file: string): void;
}

/** What is wrong with files, told once as long as it stays the same. */
export class Troubles {
  private readonly found = new Map<string, { reason: string; times: number }>();

  constructor(private readonly voice: FileVoice) {}

  /** Takes in what a look has found. */
  note(problems: readonly FileError[]): void {
    for (const [file, { times }] of this.found) {
      if (problems.some((problem) => problem.file === file)) continue;
      this.found.delete(file);
      if (times >= TELL_AFTER) this.voice.mended(file);
    }
    for (const problem of problems) {
      const before = this.found.get(problem.file);
      const times = before?.reason === problem.reason ? before.times + 1 : 1;
      this.found.set(problem.file, { reason: problem.reason, times });
      if (times === TELL_AFTER) this.voice.kept(problem);
    }
  }

  /** Nothing is looked at any more. */
  close(): void {
    this.note([]);
  }
}
