import { Timer, type TimerWheel } from '../timers';

/** How long an address may take to answer before the next is tried beside it, in milliseconds (RFC 8305, section 5). */
const HEAD_START_MS = 250;

/** What a connect fails with where this machine lacks something: descriptors, memory, or local ports. */
const SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

/** Told by a connection how its beginning went: one of these, once, and never from inside the call that made it. */
export interface Beginning {
  onConnected(): void;
  onConnectFailed(code: string): void;
}

/** Whose dial it is. */
export interface DialUser<Connection> {
  onDialed(connection: Connection): void;
  /** No address answered. @param short - whether none could be asked, for want of something on this machine */
  onDialFailed(short: boolean): void;
}

/** A connection on its way to be. */
export interface Dialed {
  /** Gives up; nobody is told. */
  cancel(): void;
}

/** How a dial connects, and who learns from it. */
export interface Line<Connection> {
  open(address: string, beginning: Beginning): Connection;
  /** @param answered - `false` where the address failed, or had not answered when the dial ended */
  tried(address: string, answered: boolean): void;
}

/**
 * Connects to whichever of several addresses answers first (RFC 8305, "happy eyeballs"): the next one is tried when the last
 * has failed or had its head start, without giving that one up; the first that stands is it, and the others are closed.
 */
export class Dial<Connection extends { close(): void }> implements Dialed {
  private readonly trying = new Map<string, Connection>();
  private readonly left: string[];
  private readonly timer: Timer | undefined;
  private ended = false;
  /** Whether any address had the chance to answer. */
  private asked = false;

  /** @param addresses - in the order in which to try them; none fails as a connect does */
  constructor(
    wheel: TimerWheel,
    addresses: readonly string[],
    private readonly line: Line<Connection>,
    private readonly user: DialUser<Connection>,
  ) {
    this.left = [...addresses];
    if (addresses.length > 1) this.timer = new Timer(wheel, () => this.next());
    if (addresses.length === 0) setImmediate(() => this.fail(false));
    else this.next();
  }

  cancel(): void {
    this.end();
  }

  private next(): void {
    const address = this.left.shift() as string;
    if (this.left.length > 0) this.timer?.set(HEAD_START_MS);
    else this.timer?.clear();
    const connection: Connection = this.line.open(address, {
      onConnected: () => this.connected(address, connection),
      onConnectFailed: (code) => this.failed(address, SHORTAGES.has(code)),
    });
    this.trying.set(address, connection);
  }

  private connected(address: string, connection: Connection): void {
    this.trying.delete(address);
    this.line.tried(address, true);
    this.end();
    this.user.onDialed(connection);
  }

  private failed(address: string, short: boolean): void {
    this.trying.delete(address);
    if (!short) this.asked = true;
    if (!short) this.line.tried(address, false);
    if (this.left.length > 0) this.next();
    else if (this.trying.size === 0) this.fail(!this.asked);
  }

  private fail(short: boolean): void {
    if (this.ended) return;
    this.end();
    this.user.onDialFailed(short);
  }

  private end(): void {
    this.ended = true;
    this.timer?.drop();
    this.left.length = 0;
    for (const [address, connection] of this.trying) {
      this.line.tried(address, false);
      connection.close();
    }
    this.trying.clear();
  }
}
