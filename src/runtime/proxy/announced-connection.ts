import { type ProxiedConnection, readProxyHeader } from '../forwarding';
import { Timer, type TimerWheel } from '../timers';
import type { Socket, SocketOwner } from '../transport';
import type { Client } from './entrance';

/** Who takes a connection over once its header has been read. */
export interface AnnouncedUser {
  /**
   * @param announced - whom the proxy in front speaks for; `undefined` where it speaks for itself
   * @param rest - what came behind the header
   */
  announced(announced: ProxiedConnection | undefined, rest: Buffer): void;
  /** There was no header in time, or something else in its place; the connection is closed. */
  unannounced(): void;
  /** The connection ended before its header was whole. */
  gone(): void;
}

/** A connection that begins with a PROXY protocol header, until that has been read. */
export class AnnouncedConnection implements SocketOwner, Client {
  private read: Buffer = Buffer.alloc(0);
  private readonly timer: Timer;

  /** @param limitMs - how long the header may take */
  constructor(
    wheel: TimerWheel,
    private readonly socket: Socket,
    limitMs: number,
    private readonly user: AnnouncedUser,
  ) {
    socket.owner = this;
    this.timer = new Timer(wheel, () => this.refuse());
    this.timer.set(limitMs);
  }

  onConnected() {}

  onBytes(bytes: Buffer, length: number) {
    this.read = Buffer.concat([this.read, bytes.subarray(0, length)]);
    const header = readProxyHeader(this.read, this.read.length);
    if (header === 'incomplete') return;
    if (header === 'malformed') return this.refuse();
    this.timer.drop();
    this.user.announced(header.connection, this.read.subarray(header.length));
  }

  onEnd(): void {
    this.close();
  }

  onDrained() {}

  onBroken(): void {
    this.timer.drop();
    this.user.gone();
  }

  /** No request is under way. */
  drain(): void {
    this.close();
  }

  close(): void {
    this.timer.drop();
    this.socket.close();
    this.user.gone();
  }

  private refuse(): void {
    this.timer.drop();
    this.socket.close();
    this.user.unannounced();
  }
}
