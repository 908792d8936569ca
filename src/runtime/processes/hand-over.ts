import { type ChildProcess, fork, type SendHandle } from 'node:child_process';
import type { BoundPort } from '../transport';
import type { Estate } from './estate';
import { type FromSuccessor, TAKEOVER_VARIABLE, type ToSuccessor } from './handover-messages';

/** How long the next primary may take until it serves, in milliseconds. */
const TAKEOVER_MS = 20_000;

/** Who takes over. */
export interface Successor {
  /** The file of the program, and its arguments. */
  readonly program: string;
  readonly args: readonly string[];
  /** The model to serve; left out: that of the file which the arguments name. */
  readonly model?: string;
}

/** Another process could not take over; this one goes on. */
export class HandoverError extends Error {
  constructor(
    message: string,
    /** What the other one answered to whoever asked for it. */
    readonly outcome?: unknown,
  ) {
    super(message);
    this.name = 'HandoverError';
  }
}

/**
 * Starts another primary and lets it take over. It listens on the same sockets, so while both serve, and when this one
 * stops, no connection is refused. Resolves with its outcome once it serves.
 * @param signal - calls it off
 * @throws HandoverError where it does not; then it is gone, and nothing here has changed
 */
export async function handOver(
  estate: Estate,
  { program, args, model }: Successor,
  signal: AbortSignal,
): Promise<unknown> {
  const child = fork(program, args, { env: { ...process.env, [TAKEOVER_VARIABLE]: '1' } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<unknown>((resolve, reject) => {
      const fail = (message: string, outcome?: unknown) => reject(new HandoverError(message, outcome));
      timer = setTimeout(fail, TAKEOVER_MS, `it did not serve within ${TAKEOVER_MS / 1000} s`);
      signal.addEventListener('abort', () => fail('this process is to end'));
      child.once('error', (error) => fail(error.message));
      child.once('exit', (code, how) => fail(`it ended (${how ?? code}) before it served`));
      child.on('message', (message: FromSuccessor) => {
        if (message.kind === 'ready') bequeath(child, estate, model);
        else if (message.kind === 'serving') resolve(message.outcome);
        else fail(message.message, message.outcome);
      });
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function bequeath(child: ChildProcess, { ports, admin, states, ticketKeys }: Estate, model: string | undefined): void {
  // What cannot be sent is told by the exit.
  const tell = (message: ToSuccessor, port?: BoundPort) =>
    void child.send(message, port?.handle as unknown as SendHandle, {}, () => {});
  for (const [key, port] of ports) tell({ kind: 'port', key, address: port.address }, port);
  if (admin !== undefined) tell({ kind: 'port', address: admin.address }, admin);
  tell({ kind: 'estate', states, ticketKeys: ticketKeys?.toString('base64'), model });
}
