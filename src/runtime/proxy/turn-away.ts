import { Timer, type TimerWheel } from '../timers';
import type { AcceptedSocket, SocketOwner } from '../transport';
import { answerOctets, errorAnswer } from './answer';
import type { Engine } from './engine';
import type { Client, Entrance } from './entrance';

/** How long a client may take to read why it was turned away, in milliseconds. */
const LINGER_MS = 1_000;

/** What a client is told that comes when there is no room; there may be soon, here or elsewhere. */
const NO_ROOM = answerOctets(503, errorAnswer(503, { 'Retry-After': '1' }), { headOnly: false, connection: 'close' });

/**
 * Refuses a connection for which there is no room, whatever its request would be.
 * @param told - whether it may stay for as long as it takes to say so
 */
export function turnAway({ wheel }: Engine, entrance: Entrance, socket: AcceptedSocket, told: boolean): void {
  entrance.turnedAway.value += 1;
  // Before TLS or a PROXY protocol header has been read nothing can be said.
  if (told && entrance.tls === undefined && !entrance.proxyProtocol) new TurnedAway(wheel, entrance, socket);
  else socket.reset();
}

/** A connection that was told that there is no room: a RST now could take that away from its client. */
class TurnedAway implements SocketOwner, Client {
  private readonly timer: Timer;

  constructor(
    wheel: TimerWheel,
    private readonly entrance: Entrance,
    private readonly socket: AcceptedSocket,
  ) {
    socket.owner = this;
    this.timer = new Timer(wheel, () => this.close());
    this.timer.set(LINGER_MS);
    entrance.clients.add(this);
    socket.write(NO_ROOM);
    socket.end();
  }

  onConnected() {}

  onBytes() {}

  onDrained() {}

  onEnd(): void {
    this.close();
  }

  onBroken(): void {
    this.leave();
  }

  drain(): void {
    this.close();
  }

  close(): void {
    this.leave();
    this.socket.close();
  }

  private leave(): void {
    this.timer.drop();
    this.entrance.clients.delete(this);
  }
}
