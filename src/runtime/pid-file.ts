import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** A file that says which process serves, for whoever sends it signals. */
export class PidFile {
  constructor(private readonly path: string) {}

  /** Names this process; a reader sees the old number or the new one, never a part. */
  write(): void {
    const next = `${this.path}.next`;
    writeFileSync(next, `${process.pid}\n`);
    renameSync(next, this.path);
  }

  /** Removes the file, unless it names another process by now. */
  remove(): void {
    try {
      if (readFileSync(this.path, 'utf8').trim() === String(process.pid)) rmSync(this.path);
    } catch {
      // It is gone already.
    }
  }
}
