import { NetTransport } from './net';
import { RawTransport } from './raw';
import { loadRawBinding } from './raw-binding';
import { selfTest, selfTestTls } from './self-test';
import type { Transport } from './transport';

/** How TCP and TLS are done: the raw way where it works, or as told. */
export type TransportChoice = 'auto' | 'raw' | 'net';

/** Every {@link TransportChoice}. */
export const TRANSPORT_CHOICES: readonly TransportChoice[] = ['auto', 'raw', 'net'];

/** What a command line may ask for: left out, it is `auto`. */
export const SAID_TRANSPORTS = ['raw', 'net'] as const;
/** One of {@link SAID_TRANSPORTS}. */
export type SaidTransport = (typeof SAID_TRANSPORTS)[number];

/**
 * The versions of Node.js on which raw TLS was tried. Where it does not fit, it may end the process instead of
 * failing, so that no test at start could tell.
 */
const TLS_TRIED = { from: 20, to: 24 };

/**
 * A transport that works here. Where only TLS does not work in the raw way, connections without it go on to be raw.
 * @param choice - left out: what SPILLWAY_TRANSPORT says, else `auto`
 * @throws Error where `raw` is asked for and does not work
 */
export async function chooseTransport(choice = choiceOf(process.env.SPILLWAY_TRANSPORT)): Promise<Transport> {
  if (choice === 'net') return new NetTransport();
  const binding = loadRawBinding();
  const raw = binding && new RawTransport(binding);
  if (raw !== undefined && (await selfTest(raw))) {
    if ((choice === 'raw' || triedWithTls()) && (await selfTestTls(raw))) return raw;
    if (choice === 'auto') {
      raw.publicTls = true;
      return raw;
    }
  }
  if (choice === 'raw') throw new Error('the raw transport does not work with this Node.js');
  return new NetTransport();
}

function triedWithTls(): boolean {
  const major = Number.parseInt(process.versions.node, 10);
  return major >= TLS_TRIED.from && major <= TLS_TRIED.to;
}

function choiceOf(text: string | undefined): TransportChoice {
  return TRANSPORT_CHOICES.find((choice) => choice === text) ?? 'auto';
}
