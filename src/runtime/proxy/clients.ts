import type { Client } from './entrance';

/**
 * The connections that came through a listener. One that changes what it is (its header is read, its handshake done) is
 * taken out and put in again in the same turn.
 */
export class Clients extends Set<Client> {
  /** Is told that one was taken out, perhaps to be put in again. */
  onDelete: (() => void) | undefined;

  override delete(client: Client): boolean {
    const there = super.delete(client);
    if (there) this.onDelete?.();
    return there;
  }
}
