import { descriptorLimit, shareDescriptors } from '../transport';

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

/** How many connections may wait, to all targets together. */
export class IdleRoom {
  taken = 0;

  constructor(readonly most: number) {}
}

/** What waits keeps descriptors from clients that come, and from their requests to other targets. */
const ROOM_OF_PROCESS = new IdleRoom(shareDescriptors(descriptorLimit()).idle);

/** The connections to a target that wait. The last to come is the first to go, so that those not needed grow old. */
export class IdleConnections<Connection extends Idle> {
  private readonly waiting: Connection[] = [];
  private retired = false;

  /** @param room - shared with those to other targets */
  constructor(private readonly room = ROOM_OF_PROCESS) {}

  /** Whether none waits. */
  get empty(): boolean {
    return this.waiting.length === 0;
  }

  /** @param mostMs - how long it may have waited */
  take(now: number, mostMs = KEEP_MS): Connection | undefined {
    const last = this.waiting.at(-1);
    if (last === undefined || now - last.idleSince > mostMs) return undefined;
    this.room.taken -= 1;
    return this.waiting.pop();
  }

  /** @returns whether there was room; else the connection is its owner's to close */
  keep(connection: Connection, now: number): boolean {
    const { room, waiting } = this;
    if (this.retired || waiting.length >= MOST || room.taken >= room.most) return false;
    room.taken += 1;
    connection.idleSince = now;
    waiting.push(connection);
    return true;
  }

  /** Closes the one that has waited longest, so that there may be another in its place. */
  dropOldest(): void {
    if (!this.empty) this.closeFirst(1);
  }

  /** Forgets a connection that ended by itself. */
  remove(connection: Connection): void {
    const index = this.waiting.indexOf(connection);
    if (index < 0) return;
    this.room.taken -= 1;
    this.waiting.splice(index, 1);
  }

  /** Closes those that have waited for long. */
  sweep(now: number): void {
    if (this.waiting.length === 0) return;
    const young = this.waiting.findIndex(({ idleSince }) => now - idleSince <= KEEP_MS);
    this.closeFirst(young < 0 ? this.waiting.length : young);
  }

  /** Closes all that wait. */
  drop(): void {
    this.closeFirst(this.waiting.length);
  }

  /** Closes all that wait, and keeps none from now on. */
  retire(): void {
    this.retired = true;
    this.drop();
  }

  private closeFirst(count: number): void {
    this.room.taken -= count;
    for (const connection of this.waiting.splice(0, count)) connection.close();
  }
}
