import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** Where a real program is, or why it is not there. */
export interface Peer {
  readonly path?: string;
  readonly directory?: string;
  readonly missing?: string;
}

const FILE = join(ROOT, '.cache', 'peers.json');
const peers: Record<string, Peer> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};

/** A real program that `npm test` has looked for; without a path where it could not be had. */
export function peer(name: string): Peer {
  return peers[name] ?? { missing: `${name}: run \`npm test\` once, which looks for it` };
}
