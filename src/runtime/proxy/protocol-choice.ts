import { PREFACE } from '../http2';
import { Timer } from '../timers';
import type { Socket, SocketOwner } from '../transport';
import type { Engine } from './engine';
import type { Client, Entrance } from './entrance';

/**
 * A connection of which it is not known yet what it speaks: a client that knows of HTTP/2 beforehand begins with its
 * preface (RFC 9113, section 3.3), and every other octet is HTTP/1.1.
 */
export class ProtocolChoice implements SocketOwner, Client {
  private begun: Buffer = Buffer.alloc(0);
  private readonly timer: Timer;

  /** @param choose - makes the owner that the socket has from then on */
  constructor(
    engine: Engine,
    private readonly entrance: Entrance,
    private readonly socket: Socket,
    private readonly choose: (http2: boolean) => SocketOwner,
  ) {
    socket.owner = this;
    this.timer = new Timer(engine.wheel, () => this.close());
    this.timer.set(entrance.limits.idleTimeout);
    entrance.clients.add(this);
    entrance.connections.value += 1;
  }

  drain(): void {
    this.close();
  }

  close(): void {
    this.leave();
    this.socket.close();
  }

  onConnected() {}

  onBytes(bytes: Buffer, length: number) {
    if (this.begun.length === 0) return this.look(bytes, length);
    this.begun = Buffer.concat([this.begun, bytes.subarray(0, length)]);
    this.look(this.begun, this.begun.length);
  }

  onEnd(): void {
    this.close();
  }

  onDrained() {}

  onBroken(): void {
    this.leave();
  }

  private look(bytes: Buffer, length: number) {
    const seen = Math.min(length, PREFACE.length);
    const fits = PREFACE.compare(bytes, 0, seen, 0, seen) === 0;
    if (fits && seen < PREFACE.length) {
      this.begun = Buffer.from(bytes.subarray(0, length));
      return;
    }
    this.leave();
    this.choose(fits).onBytes(bytes, length);
  }

  private leave(): void {
    this.timer.drop();
    this.entrance.clients.delete(this);
    this.entrance.connections.value -= 1;
  }
}
