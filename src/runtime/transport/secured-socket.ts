import type { ClientTls, TlsFacts } from './tls';
import type { Socket, SocketOwner, Transport } from './transport';

/** What comes before everything else on a connection to a target. */
export interface Preamble {
  /** Octets that are sent first, in clear. */
  readonly announcement?: Buffer;
  /** Left out: without TLS. */
  readonly tls?: ClientTls;
}

/** Connects to a literal address, and does what comes first; its owner is told `onConnected` after that. */
export function connectWith(transport: Transport, address: string, port: number, preamble: Preamble): Socket {
  const socket = transport.connect(address, port);
  const { announcement, tls } = preamble;
  return announcement === undefined && tls === undefined ? socket : new SecuredSocket(transport, socket, preamble);
}

/** A connection on its way to what its owner wants. Once it is that, its events go to the owner directly. */
class SecuredSocket implements Socket, SocketOwner {
  private user!: SocketOwner;
  private announced = false;

  constructor(
    private readonly transport: Transport,
    private inner: Socket,
    private readonly preamble: Preamble,
  ) {
    inner.owner = this;
  }

  get owner(): SocketOwner {
    return this.user;
  }

  set owner(owner: SocketOwner) {
    this.user = owner;
  }

  get peer(): string {
    return this.inner.peer;
  }

  get tls(): TlsFacts | undefined {
    return this.inner.tls;
  }

  onConnected() {
    const { announcement, tls } = this.preamble;
    if (announcement !== undefined && !this.announced) {
      this.announced = true;
      // TLS cannot begin while these wait.
      if (!this.inner.write(announcement)) return;
    }
    if (tls !== undefined && this.inner.tls === undefined) {
      this.inner = this.transport.connectTls(this.inner, tls);
      this.inner.owner = this;
      return;
    }
    this.inner.owner = this.user;
    this.user.onConnected();
  }

  onDrained(): void {
    this.onConnected();
  }

  /** A target that speaks before it is asked, or before TLS, is none. */
  onBytes(): void {
    this.fail();
  }

  onEnd(): void {
    this.fail();
  }

  onBroken(code: string): void {
    this.user.onBroken(code);
  }

  write(bytes: Buffer): boolean {
    return this.inner.write(bytes);
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  useOwnBuffer(): void {
    this.inner.useOwnBuffer();
  }

  end(): void {
    this.inner.end();
  }

  close(): void {
    this.inner.close();
  }

  reset(): void {
    this.inner.reset();
  }

  private fail(): void {
    this.inner.close();
    this.user.onBroken('ECONNRESET');
  }
}
