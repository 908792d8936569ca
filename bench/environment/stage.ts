import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startUpstream, type Upstream } from '../upstream/upstream';
import { type Certificate, makeCertificate } from './certificate';
import { Processes } from './processes';

/** What every measurement stands on: a scratch directory, the upstream, a certificate, and the processes. */
export interface Stage {
  readonly directory: string;
  readonly processes: Processes;
  readonly upstream: Upstream;
  readonly certificate: Certificate;
  /** Ends all processes and removes the directory. */
  clear(): Promise<void>;
}

/** @param prepared - is told how to clear the stage before anything is on it, so that it can be done from outside at any time */
export async function openStage(prepared: (clear: () => Promise<void>) => void): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  // Nginx's workers are another user where the benchmark runs as root.
  chmodSync(directory, 0o755);
  const processes = new Processes(directory);
  const clear = async () => {
    await processes.endAll();
    rmSync(directory, { recursive: true, force: true });
  };
  prepared(clear);
  try {
    const certificate = makeCertificate(directory);
    const upstream = await startUpstream(directory, processes);
    return { directory, processes, upstream, certificate, clear };
  } catch (error) {
    await clear();
    throw error;
  }
}
