import { ConnectionCount } from './connection-count';
import type { Dialed, DialUser } from './dial';
import { Http2UpstreamStream } from './http2-stream';
import type { Http2Upstream } from './http2-upstream';
import type { Upstream } from './upstream';

/** How long a connection without a request is kept, in milliseconds. Servers say beforehand that they close one. */
const KEEP_MS = 60_000;
const MOST_SPARE = 256;

/** Makes a connection, and tells once it stands. */
export type DialHttp2 = (user: DialUser<Http2Upstream>) => Dialed;

/** The HTTP/2 connections to a target: as few as its limit on requests at once allows. */
export class Http2Upstreams {
  private readonly open: Http2Upstream[] = [];
  /** Requests for which there is no place yet, in the order in which they came. */
  private readonly waiting = new Set<DialUser<Upstream>>();
  private readonly spares: Http2UpstreamStream[] = [];
  private connect: DialHttp2 | undefined;
  private dialing: Dialed | undefined;
  private retired = false;

  /** @param count - of the connections that there are and may be */
  constructor(private readonly count = new ConnectionCount()) {}

  /** Whether a request would have to wait for another one's place. */
  get full(): boolean {
    return this.count.full && this.dialing === undefined && !this.open.some(({ room }) => room > 0);
  }

  /** A place for a request on a connection that stands; `undefined` where none has one left. */
  take(): Upstream | undefined {
    for (const connection of this.open) if (connection.room > 0) return this.placeOn(connection);
    return undefined;
  }

  /** A place on a connection that is to be made, or that has not heard from its target yet. */
  dial(connect: DialHttp2, user: DialUser<Upstream>): Dialed {
    this.waiting.add(user);
    this.connect = connect;
    this.dialForWaiting();
    return {
      cancel: () => {
        this.waiting.delete(user);
        if (this.waiting.size > 0) return;
        this.dialing?.cancel();
        this.dialing = undefined;
      },
    };
  }

  /** A target has said how many requests at once it takes. */
  greeted(connection: Http2Upstream): void {
    this.placeWaitingOn(connection);
    this.dialForWaiting();
  }

  /** A stream that is not used any more. */
  spare(stream: Http2UpstreamStream): void {
    if (this.spares.length < MOST_SPARE) this.spares.push(stream);
    if (this.waiting.size > 0) this.placeWaiting();
  }

  /** Requests may have come to their end: those that wait take their places. */
  placeWaiting(): void {
    for (const connection of this.open) this.placeWaitingOn(connection);
  }

  /** A connection takes on no more requests. */
  remove(connection: Http2Upstream): void {
    const index = this.open.indexOf(connection);
    if (index < 0) return;
    this.open.splice(index, 1);
    this.dialForWaiting();
  }

  /** Closes those that have had no request for long. */
  sweep(now: number): void {
    if (this.open.length === 0) return;
    for (const connection of [...this.open])
      if (connection.idle && now - connection.idleSince > KEEP_MS) connection.close();
  }

  /** Uses none of them any more; requests that are under way go on. */
  drop(): void {
    for (const connection of this.open.splice(0)) connection.leave();
  }

  /** Uses none of them any more, nor any to come. */
  retire(): void {
    this.retired = true;
    this.drop();
  }

  private placeOn(connection: Http2Upstream): Upstream {
    return (this.spares.pop() ?? new Http2UpstreamStream()).use(connection);
  }

  private placeWaitingOn(connection: Http2Upstream): void {
    for (const user of this.waiting) {
      if (connection.room === 0) return;
      this.waiting.delete(user);
      user.onDialed(this.placeOn(connection));
    }
  }

  /** One connection after the other: each may have room for all that wait. */
  private dialForWaiting(): void {
    if (this.waiting.size === 0 || this.dialing !== undefined || this.count.full) return;
    if (this.open.some(({ greeted }) => !greeted)) return;
    this.dialing = this.connect?.({
      onDialed: (connection) => {
        this.dialing = undefined;
        this.open.push(connection);
        this.placeWaitingOn(connection);
        if (this.retired) this.drop();
      },
      onDialFailed: (short) => {
        this.dialing = undefined;
        const users = [...this.waiting];
        this.waiting.clear();
        for (const user of users) user.onDialFailed(short);
      },
    });
  }
}
