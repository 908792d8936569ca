import { type BoundHandle, BoundPort } from '../transport';
import type { Estate } from './estate';
import { type FromSuccessor, TAKEOVER_VARIABLE, type ToSuccessor } from './handover-messages';

/** What a process takes over, and how it answers. */
export interface Inheritance {
  readonly estate: Estate;
  /** The model to serve, where the process was not given a file. */
  readonly model: string | undefined;
  /** This process serves; the other one ends. */
  accept(outcome?: unknown): Promise<void>;
  /** This process cannot serve, and will end; the other one goes on. */
  refuse(message: string, outcome?: unknown): Promise<void>;
}

/**
 * Takes over from the process that started this one; `undefined` where that is no primary that hands over.
 * @throws Error where the other one has gone before it left all that it had
 */
export async function takeOver(): Promise<Inheritance | undefined> {
  const asked = process.env[TAKEOVER_VARIABLE] !== undefined;
  delete process.env[TAKEOVER_VARIABLE];
  if (!asked || process.send === undefined) return undefined;
  const { model, ...estate } = await receive();
  return {
    estate,
    model,
    accept: (outcome) => answer({ kind: 'serving', outcome }),
    refuse: (message, outcome) => answer({ kind: 'refused', message, outcome }),
  };
}

function receive(): Promise<Estate & { model: string | undefined }> {
  return new Promise((resolve, reject) => {
    const ports = new Map<string, BoundPort>();
    let admin: BoundPort | undefined;
    process.once('disconnect', () => reject(new Error('the process to take over from is gone')));
    process.on('message', (message: ToSuccessor, handle: unknown) => {
      if (message.kind === 'port') {
        // One that was lost on the way is bound anew, or found to be in use.
        const port = handle === undefined ? undefined : BoundPort.of(message.address, handle as BoundHandle);
        if (message.key === undefined) admin = port;
        else if (port !== undefined) ports.set(message.key, port);
      } else if (message.kind === 'estate') {
        const { states, ticketKeys, model } = message;
        resolve({
          ports,
          admin,
          states,
          ticketKeys: ticketKeys ? Buffer.from(ticketKeys, 'base64') : undefined,
          model,
        });
      }
    });
    void answer({ kind: 'ready' });
  });
}

/** Resolves once the message is on its way, or the other process has gone. */
function answer(message: FromSuccessor): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
