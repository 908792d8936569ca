import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root';

/** A program that `tools/bench.mjs` has looked for. */
export interface Peer {
  /** The program, or a file of the package. */
  readonly path?: string;
  /** The folder that a package was installed into. */
  readonly directory?: string;
  /** Why it is not there. */
  readonly missing?: string;
}

/** What `tools/bench.mjs` has found, by name. */
export type Peers = Readonly<Record<string, Peer>>;

/** @throws an error of the file system where `npm run bench` has not looked for the peers */
export function readPeers(): Peers {
  return JSON.parse(readFileSync(join(ROOT, '.cache', 'bench-peers.json'), 'utf8'));
}
