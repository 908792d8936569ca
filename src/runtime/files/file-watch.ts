import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from './clock';

/** How long it must be quiet before files are looked at: a pair is written one file after the other. */
const QUIET_MS = 300;
/** When files are looked at again that did not fit together. */
const RETRY_MS = 1_000;
/** How often files are looked at without being told: some file systems tell nothing. */
const POLL_MS = 10_000;

/** Sees to it that files are looked at soon after they have changed. */
export class FileWatch {
  private readonly watchers: FSWatcher[] = [];
  private cancel: () => void;
  private looking = false;
  private changed = false;
  /** Whether nothing is looked at any more. */
  closed = false;

  /**
   * @param folders - where the files lie: one that is replaced is another file, but lies in the same folder
   * @param look - looks at the files; tells whether they fit together
   */
  constructor(
    folders: readonly string[],
    private readonly look: () => Promise<boolean>,
    private readonly clock: Clock,
  ) {
    for (const folder of new Set(folders)) this.watch(folder);
    this.cancel = clock.after(POLL_MS, () => this.due());
  }

  close(): void {
    this.closed = true;
    this.cancel();
    for (const watcher of this.watchers) watcher.close();
  }

  private watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.touched());
      // The folder is gone, or the system watches no more: looking from time to time is what is left.
      watcher.on('error', () => watcher.close());
      this.watchers.push(watcher);
    } catch {
      // The same.
    }
  }

  private touched(): void {
    if (this.looking) this.changed = true;
    else this.next(QUIET_MS);
  }

  private next(ms: number): void {
    this.cancel();
    if (!this.closed) this.cancel = this.clock.after(ms, () => this.due());
  }

  private async due(): Promise<void> {
    this.looking = true;
    this.changed = false;
    const fits = await this.look();
    this.looking = false;
    this.next(this.changed ? QUIET_MS : fits ? POLL_MS : RETRY_MS);
  }
}
