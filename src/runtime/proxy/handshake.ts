import { Timer } from '../timers';
import type { ServerTls, Socket, SocketOwner } from '../transport';
import type { Engine } from './engine';
import type { Client, Entrance } from './entrance';

/** A connection that begins with a TLS handshake, until that is done. */
export class Handshake implements SocketOwner, Client {
  private readonly socket: Socket;
  private readonly timer: Timer;

  /**
   * @param first - octets that were read already, and belong to TLS
   * @param done - takes the connection over
   */
  constructor(
    { transport, wheel }: Engine,
    private readonly entrance: Entrance,
    plain: Socket,
    tls: ServerTls,
    first: Buffer | undefined,
    private readonly done: (socket: Socket) => void,
  ) {
    this.socket = transport.acceptTls(plain, tls, first);
    this.socket.owner = this;
    this.timer = new Timer(wheel, () => this.refuse());
    this.timer.set(entrance.limits.headTimeout);
    entrance.clients.add(this);
  }

  onConnected() {
    this.leave();
    if (this.entrance.closing) this.socket.close();
    else this.done(this.socket);
  }

  onBytes() {}

  onEnd(): void {
    this.refuse();
  }

  onDrained() {}

  onBroken(): void {
    this.leave();
    this.entrance.handshakeFailures.value += 1;
  }

  /** No request is under way. */
  drain(): void {
    this.close();
  }

  close(): void {
    this.leave();
    this.socket.close();
  }

  private refuse(): void {
    this.close();
    this.entrance.handshakeFailures.value += 1;
  }

  private leave(): void {
    this.timer.drop();
    this.entrance.clients.delete(this);
  }
}
