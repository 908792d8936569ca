import { connect, type Socket } from 'node:net';

const PATIENCE = 4_000;

/** One side of a TCP connection, as a test speaks it: octet by octet, and with what came so far at hand. */
export class Peer {
  received = '';
  /** How the other side ended: `undefined` as long as it has not. */
  ended: 'end' | 'reset' | undefined;
  private readonly watchers = new Set<() => void>();

  constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (text: string) => {
      this.received += text;
      this.changed();
    });
    // Of octets and a RST that come together Node.js tells as if a FIN had come.
    socket.on('end', () => this.over(!socket.writableEnded && socket.remoteAddress === undefined ? 'reset' : 'end'));
    socket.on('error', () => this.over('reset'));
    socket.on('close', () => this.over('end'));
  }

  /** Connects to a URL's host and port. */
  static async to(url: string, allowHalfOpen = true): Promise<Peer> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Peer(socket);
  }

  send(text: string | Buffer): void {
    this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  }

  /** Waits until what came so far holds a text, or fits. */
  async until(wanted: string | RegExp | ((received: string) => boolean)): Promise<string> {
    const fits = () => {
      if (typeof wanted === 'string') return this.received.includes(wanted);
      return wanted instanceof RegExp ? wanted.test(this.received) : wanted(this.received);
    };
    await this.wait(fits, `${wanted}`);
    return this.received;
  }

  /** Waits until the other side has ended; tells how. */
  async end(): Promise<'end' | 'reset'> {
    await this.wait(() => this.ended !== undefined, 'the end');
    return this.ended as 'end' | 'reset';
  }

  /** All that comes until the other side ends. */
  async all(): Promise<string> {
    await this.end();
    return this.received;
  }

  close(): void {
    this.socket.destroy();
  }

  private over(how: 'end' | 'reset'): void {
    this.ended ??= how;
    this.changed();
  }

  private changed(): void {
    for (const watcher of [...this.watchers]) watcher();
  }

  private wait(fits: () => boolean, wanted: string): Promise<void> {
    if (fits()) return Promise.resolve();
    if (this.ended !== undefined)
      return Promise.reject(new Error(`had ended (${this.ended}) before ${wanted}: ${this.received}`));
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.watchers.delete(look);
        settle();
      };
      const look = () => {
        if (fits()) finish(resolve);
        else if (this.ended !== undefined)
          finish(() => reject(new Error(`ended (${this.ended}) before ${wanted}: ${this.received}`)));
      };
      const timer = setTimeout(
        () => finish(() => reject(new Error(`no ${wanted} in: ${this.received.slice(0, 2000)}`))),
        PATIENCE,
      );
      this.watchers.add(look);
    });
  }
}
