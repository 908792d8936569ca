import type { OctetBuffer, ResponseHead } from '../http';
import type { Upstream } from '../upstream';

/** Reads from this size on are worth a buffer of the socket's own: it costs 64 KB, and saves a copy of each. */
const LARGE = 16_384;

/** The client's side of a tunnel. */
export interface TunnelClient {
  /** Sends the response that takes up another protocol, and the target's first octets; `false` where they wait. */
  switchTo(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number): boolean;
  /** Sends octets; `false` where they wait, as in `Socket.write`. */
  sendTunnelled(octets: Buffer): boolean;
  /** The target will send no more. */
  endTunnel(): void;
  /** As in `Socket`. */
  useOwnBuffer(): void;
}

/** One direction of a tunnel: copies what comes in memory that all sockets share, and hands on what does not. */
class Direction {
  ended = false;
  private own = false;

  constructor(
    private readonly outgoing: OctetBuffer,
    private readonly write: (octets: Buffer) => boolean,
    private readonly useOwnBuffer: () => void,
  ) {}

  relay(bytes: Buffer, start: number, end: number): boolean {
    if (this.own) return this.write(bytes.subarray(start, end));
    const { outgoing } = this;
    outgoing.clear();
    outgoing.append(bytes, start, end);
    const flushed = this.write(outgoing.view());
    if (!flushed) outgoing.renew();
    if (end - start >= LARGE) {
      this.useOwnBuffer();
      this.own = true;
    }
    return flushed;
  }
}

/** A connection that was upgraded, WebSocket for one: octets in both directions, until both have ended. */
export class Tunnel {
  private readonly up: Direction;
  private readonly down: Direction;

  constructor(
    private readonly client: TunnelClient,
    private readonly upstream: Upstream,
    outgoing: OctetBuffer,
  ) {
    this.up = new Direction(
      outgoing,
      (octets) => upstream.write(octets),
      () => client.useOwnBuffer(),
    );
    this.down = new Direction(
      outgoing,
      (octets) => client.sendTunnelled(octets),
      () => upstream.useOwnBuffer(),
    );
  }

  /** Whether both sides have ended. */
  get done(): boolean {
    return this.up.ended && this.down.ended;
  }

  /** @returns `false` where the client must wait */
  fromClient(bytes: Buffer, start: number, end: number): boolean {
    return this.up.relay(bytes, start, end);
  }

  /** @returns `false` where the target must wait */
  fromTarget(bytes: Buffer, start: number, end: number): boolean {
    return this.down.relay(bytes, start, end);
  }

  clientEnded(): void {
    this.up.ended = true;
    this.upstream.endWrites();
  }

  targetEnded(): void {
    this.down.ended = true;
    this.client.endTunnel();
  }
}
