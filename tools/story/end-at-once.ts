import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Ends a process at once, with whatever it was doing. Resolves when it is gone; at once where there is none. */
export async function endAtOnce(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
