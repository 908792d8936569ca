/** A connection that waits for its next request. */
export interface Idle {
  /** When it began to wait, on the clock of the timers. */
  idleSince: number;
  close(): void;
}

/** Many servers close a connection after 5 s without a request: this side is to be the first. */
const KEEP_MS = 4_000;
/** Connections beyond this number are closed when their request is done. */
const MOST = 1024;

/** The connections to a target that wait. The last to come is the first to go, so that those not needed grow old. */
export class IdleConnections<Connection extends Idle> {
  private readonly waiting: Connection[] = [];
  private retired = false;

  /** @param mostMs - how long it may have waited */
  take(now: number, mostMs = KEEP_MS): Connection | undefined {
    const last = this.waiting.at(-1);
    return last !== undefined && now - last.idleSince <= mostMs ? this.waiting.pop() : undefined;
  }

  /** @returns whether there was room; else the connection is its owner's to close */
  keep(connection: Connection, now: number): boolean {
    if (this.retired || this.waiting.length >= MOST) return false;
    connection.idleSince = now;
    this.waiting.push(connection);
    return true;
  }

  /** Forgets a connection that ended by itself. */
  remove(connection: Connection): void {
    const index = this.waiting.indexOf(connection);
    if (index >= 0) this.waiting.splice(index, 1);
  }

  /** Closes those that have waited for long. */
  sweep(now: number): void {
    if (this.waiting.length === 0) return;
    const young = this.waiting.findIndex(({ idleSince }) => now - idleSince <= KEEP_MS);
    for (const connection of this.waiting.splice(0, young < 0 ? this.waiting.length : young)) connection.close();
  }

  /** Closes all that wait. */
  drop(): void {
    for (const connection of this.waiting.splice(0)) connection.close();
  }

  /** Closes all that wait, and keeps none from now on. */
  retire(): void {
    this.retired = true;
    this.drop();
  }
}
