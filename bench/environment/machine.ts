import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { PINNED } from './processes';

/** What the figures depend on besides the programs. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** Whether proxy and client have cores of their own. */
  readonly pinned: boolean;
  /** Runnable processes in the last minute, before anything was measured. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: totalmem() / 2 ** 30,
    system: `${type()} ${release()}`,
    pinned: PINNED,
    loadBefore: loadavg()[0],
  };
}
