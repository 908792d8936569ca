import {
  type AcceptedSocket,
  type Acceptor,
  READ_SIZE,
  type SocketOwner,
  type Transport,
} from '../../../src/runtime/transport';

/** Stands where memory must not be read any more. */
const SCRIBBLE = 0x2a;

const END = Buffer.from('end');
const RESET = Buffer.from('reset');

/**
 * TCP without a kernel, as hostile as the contract of sockets allows: what was read is written over as soon as it may be,
 * and what waits to be sent is looked at only when it is sent. Everything happens in {@link run}, in order.
 */
export class MemoryTransport implements Transport {
  readonly name = 'raw';
  /** What every socket reads into until it asks for its own. */
  readonly shared = Buffer.alloc(READ_SIZE);
  private accept: (socket: AcceptedSocket) => void = () => {};
  private readonly events: (() => void)[] = [];

  /** @param serve - called with the target's end of each connection, once it stands */
  constructor(private readonly serve: (target: MemorySocket) => void) {}

  async listen(address: string, port: number, accept: (socket: AcceptedSocket) => void): Promise<Acceptor> {
    this.accept = accept;
    return { address, port, close: async () => {} };
  }

  connect(): MemorySocket {
    const socket = new MemorySocket(this, '127.0.0.1');
    this.later(() => {
      if (socket.over !== undefined) return;
      this.serve(socket);
      socket.owner.onConnected();
    });
    return socket;
  }

  reach(_address: string, _port: number, done: (code: string | undefined) => void) {
    this.later(() => done(undefined));
    return () => {};
  }

  /** A client connects. @returns the proxy's end of the connection */
  client(peer: string): MemorySocket {
    const socket = new MemorySocket(this, peer);
    this.accept(socket);
    return socket;
  }

  acceptTls(): never {
    throw new Error('there is no TLS without a kernel');
  }

  connectTls(): never {
    throw new Error('there is no TLS without a kernel');
  }

  later(event: () => void): void {
    this.events.push(event);
  }

  /** Lets everything happen that is about to. */
  run(): void {
    for (let event = this.events.shift(); event !== undefined; event = this.events.shift()) event();
  }
}

/** The proxy's end of a connection, with what the other side does. */
export class MemorySocket implements AcceptedSocket {
  owner!: SocketOwner;
  /** What the other side has got. */
  got = '';
  /** How the proxy ended it: `end` where only its sending side. */
  over: 'end' | 'closed' | 'reset' | undefined;
  /** Whether what is written waits until {@link drain}. */
  slow = false;
  /** Told when there is more to get. */
  onGot: () => void = () => {};
  private readonly unread: Buffer[] = [];
  private readonly unsent: Buffer[] = [];
  private buffer: Buffer;
  /** How much of an own buffer was read into. */
  private filled = 0;
  private paused = false;

  constructor(
    private readonly transport: MemoryTransport,
    readonly peer: string,
  ) {
    this.buffer = transport.shared;
  }

  endpoints() {
    return { source: { address: this.peer, port: 1 }, destination: { address: '127.0.0.1', port: 1 } };
  }

  /** The other side sends. */
  send(text: string): void {
    if (text === '') return;
    this.unread.push(Buffer.from(text, 'latin1'));
    this.transport.later(() => this.read());
  }

  /** The other side ends, cleanly or not: as with the kernel, this is read behind all that it sent. */
  leave(cleanly: boolean): void {
    this.unread.push(cleanly ? END : RESET);
    this.transport.later(() => this.read());
  }

  /** The other side takes what waits. */
  drain(): void {
    this.transport.later(() => {
      if (this.unsent.length === 0) return;
      this.take(this.unsent.splice(0));
      this.owner.onDrained();
    });
  }

  write(bytes: Buffer): boolean {
    if (this.over === 'closed' || this.over === 'reset') return true;
    if (this.over === 'end') throw new Error('written after the end');
    this.unsent.push(bytes);
    if (this.slow) return false;
    this.take(this.unsent.splice(0));
    return true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.transport.later(() => this.read());
  }

  useOwnBuffer(): void {
    if (this.buffer === this.transport.shared) this.buffer = Buffer.alloc(READ_SIZE);
  }

  end(): void {
    this.over ??= 'end';
  }

  close(): void {
    this.finish('closed');
  }

  reset(): void {
    this.finish('reset');
  }

  private finish(how: 'closed' | 'reset'): void {
    if (this.over === 'closed' || this.over === 'reset') return;
    this.over = how;
    this.unsent.length = 0;
    this.unread.length = 0;
  }

  private take(octets: readonly Buffer[]): void {
    this.got += octets.map((one) => one.toString('latin1')).join('');
    this.transport.later(() => this.onGot());
  }

  private read() {
    // Of an own buffer, what was read stays for as long as reading is paused.
    if (this.paused) return;
    this.buffer.fill(SCRIBBLE, 0, this.filled);
    this.filled = 0;
    const octets = this.unread.shift();
    if (octets === undefined || this.over === 'closed' || this.over === 'reset') return;
    if (octets === END) return this.owner.onEnd();
    if (octets === RESET) {
      this.finish('closed');
      return this.owner.onBroken('ECONNRESET');
    }
    const before = this.buffer;
    octets.copy(before);
    this.owner.onBytes(before, octets.length);
    if (before === this.transport.shared) before.fill(SCRIBBLE, 0, octets.length);
    else this.filled = octets.length;
    if (this.unread.length > 0) this.transport.later(() => this.read());
  }
}
