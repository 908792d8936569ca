import type { Permits, PermitsUser } from './limits';
import type { Clients } from './proxy';
import type { Cell } from './telemetry';
import type { AcceptedSocket, SocketOwner } from './transport';

/**
 * Lets no more connections in than a listener may have, and refuses the others with a RST, as soon as it is clear that
 * there is no room. Until then, which takes the instance's answer, a connection waits and nothing is read from it.
 */
export class ConnectionLimit implements PermitsUser {
  private permits: Permits | undefined;
  /** How many permits were taken: one for each client, until the turn ends in which it has left. */
  private taken = 0;
  private readonly waiting = new Set<AcceptedSocket>();
  private settling = false;

  /**
   * @param enter - lets a connection in, which puts it among the clients
   * @param refused - counts those that were not
   */
  constructor(
    private readonly clients: Clients,
    private readonly enter: (socket: AcceptedSocket) => void,
    private readonly refused: Cell,
  ) {}

  /** Goes by other permits from now on, or by none; the clients that there are count. */
  use(permits: Permits | undefined): void {
    const before = this.permits;
    if (permits === before) return;
    this.settle();
    this.permits = permits;
    const { taken } = this;
    this.taken = 0;
    if (before !== undefined) leave(before, this, taken);
    this.clients.onDelete = permits && (() => this.left());
    if (permits !== undefined) {
      permits.user = this;
      this.taken = this.clients.size;
      if (this.taken > 0) permits.occupy(this.taken);
    }
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const socket of waiting) this.resume(socket, (one) => this.accept(one));
  }

  /** Takes a connection that came through the listener. */
  accept(socket: AcceptedSocket) {
    const { permits } = this;
    if (permits === undefined) return this.enter(socket);
    if (permits.tryAcquire()) {
      this.taken += 1;
      this.enter(socket);
    } else if (permits.exhausted) this.refuse(socket);
    else {
      socket.pause();
      socket.owner = this.waitingOwner(socket);
      this.waiting.add(socket);
      permits.want(this.waiting.size);
    }
  }

  /** Closes those that wait: the listener is closed. Clients that it has still count. */
  close(): void {
    for (const socket of this.waiting) socket.close();
    this.waiting.clear();
    if (this.permits?.user !== this) return;
    this.permits.want(0);
    this.permits.user = undefined;
  }

  onMore(): void {
    const permits = this.permits as Permits;
    for (const socket of this.waiting) {
      if (!permits.tryAcquire()) break;
      this.waiting.delete(socket);
      this.taken += 1;
      this.resume(socket, this.enter);
    }
    permits.want(this.waiting.size);
  }

  onNone(): void {
    for (const socket of this.waiting) this.refuse(socket);
    this.waiting.clear();
    this.permits?.want(0);
  }

  private refuse(socket: AcceptedSocket): void {
    this.refused.value += 1;
    socket.reset();
  }

  /** In this order: what takes the socket over may give it away, such as to TLS. */
  private resume(socket: AcceptedSocket, take: (socket: AcceptedSocket) => void): void {
    socket.resume();
    take(socket);
  }

  /** It may be put in again before the turn ends. */
  private left(): void {
    if (this.settling) return;
    this.settling = true;
    queueMicrotask(() => this.settle());
  }

  private settle(): void {
    this.settling = false;
    while (this.taken > this.clients.size) {
      this.taken -= 1;
      this.permits?.release();
    }
  }

  private waitingOwner(socket: AcceptedSocket): SocketOwner {
    const nothing = () => {};
    const onBroken = () => {
      this.waiting.delete(socket);
      this.permits?.want(this.waiting.size);
    };
    return { onConnected: nothing, onBytes: nothing, onEnd: nothing, onDrained: nothing, onBroken };
  }
}

function leave(permits: Permits, user: PermitsUser, taken: number): void {
  if (permits.user === user) {
    permits.want(0);
    permits.user = undefined;
  }
  for (let i = 0; i < taken; i++) permits.release();
}
