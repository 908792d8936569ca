import { closeSync, openSync, readFileSync } from 'node:fs';

/** Descriptors that are no connection: files, ports, name servers, and what Node.js has open. */
const OTHERS = 64;
/** After what time a spare that was given up is taken again, in milliseconds. */
const AGAIN_MS = 500;

/**
 * How many files and connections this process may have open, from the text of `/proc/self/limits`. Node.js raises the soft
 * limit to the hard one when it starts.
 * @returns infinity where nothing is said
 */
export function parseDescriptorLimit(text: string): number {
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}

/** {@link parseDescriptorLimit} of this process; infinity where the system does not tell. */
export function descriptorLimit(): number {
  try {
    return parseDescriptorLimit(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** What descriptors are for, and for how many of each there is room; no whole numbers. */
export interface DescriptorShares {
  /** Connections of clients. As many are left for the connections that their requests need to targets. */
  readonly clients: number;
  /** Connections to targets that wait for a request. */
  readonly idle: number;
}

/** Shares out what a process may have open. @param limit - of descriptors */
export function shareDescriptors(limit: number): DescriptorShares {
  const fifth = Math.max(1, (limit - OTHERS) / 5);
  return { clients: 2 * fifth, idle: fifth };
}

/**
 * A descriptor that is kept for the moment when a connection cannot be accepted for want of one. libuv has its own, and
 * loses it where a thread opens a file at that moment; from then on it tries again without end, and nothing else runs.
 * Given up, this one lets it accept what waits; that is closed at once, and so the queue comes to its end.
 */
export class SpareDescriptor {
  private fd: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor() {
    this.take();
  }

  /** Whether it is there; while it is not, whatever is accepted must be closed at once. */
  get kept(): boolean {
    return this.timer === undefined;
  }

  giveUp(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
    this.timer ??= setTimeout(() => this.takeAgain(), AGAIN_MS).unref();
  }

  private takeAgain(): void {
    this.timer = undefined;
    if (!this.take()) this.giveUp();
  }

  private take(): boolean {
    try {
      this.fd = openSync('/dev/null', 'r');
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  }
}
