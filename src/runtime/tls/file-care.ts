import { type Clock, type FileError, FileWatch, Troubles } from '../files';
import type { StoreVoice } from './store-voice';

/** Looks after the files of a store, from when it is used until it is not: when to look, and what to tell. */
export class FileCare {
  private watch: FileWatch | undefined;
  private readonly troubles: Troubles;

  constructor(
    private readonly voice: StoreVoice,
    private readonly clock: Clock,
  ) {
    this.troubles = new Troubles(voice);
  }

  /** Whether nothing is to be told any more. */
  get over(): boolean {
    return this.watch?.closed === true;
  }

  /** As {@link FileWatch}. */
  start(folders: readonly string[], look: () => Promise<boolean>): void {
    this.watch = new FileWatch(folders, look, this.clock);
  }

  /** Takes in what a look has found. */
  note(problems: readonly FileError[]): void {
    if (!this.over) this.troubles.note(problems);
  }

  close(): void {
    if (this.watch === undefined) return;
    this.watch.close();
    this.troubles.close();
    this.voice.closed();
  }
}
