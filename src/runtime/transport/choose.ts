import { NetTransport } from './net';
import { RawTransport } from './raw';
import { loadRawBinding } from './raw-binding';
import { selfTest } from './self-test';
import type { Transport } from './transport';

/** How TCP is done: the raw way where it works, or as told. */
export type TransportChoice = 'auto' | 'raw' | 'net';

/**
 * A transport that works here.
 * @param choice - left out: what SPILLWAY_TRANSPORT says, else `auto`
 * @throws Error where `raw` is asked for and does not work
 */
export async function chooseTransport(choice = choiceOf(process.env.SPILLWAY_TRANSPORT)): Promise<Transport> {
  if (choice === 'net') return new NetTransport();
  const binding = loadRawBinding();
  const raw = binding && new RawTransport(binding);
  if (raw !== undefined && (await selfTest(raw))) return raw;
  if (choice === 'raw') throw new Error('the raw transport does not work with this Node.js');
  return new NetTransport();
}

function choiceOf(text: string | undefined): TransportChoice {
  return text === 'raw' || text === 'net' ? text : 'auto';
}
