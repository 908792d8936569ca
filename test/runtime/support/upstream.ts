import { type AddressInfo, createServer, type Server } from 'node:net';
import { onTestFinished } from 'vitest';
import { Peer } from './peer';

/** A target that a test plays itself. */
export class Upstream {
  readonly peers: Peer[] = [];
  private readonly waiting: ((peer: Peer) => void)[] = [];
  private taken = 0;

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  /**
   * @param play - called with each connection; left out: the test takes them with {@link request}
   * @param atEnd - takes what closes it; left out: it is closed with the test
   */
  static async open(
    play?: (peer: Peer) => void,
    port = 0,
    address = '127.0.0.1',
    atEnd: (close: () => Promise<void>) => void = onTestFinished,
  ): Promise<Upstream> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
    const upstream = new Upstream(server, `${address}:${(server.address() as AddressInfo).port}`);
    server.on('connection', (socket) => {
      const peer = new Peer(socket);
      upstream.peers.push(peer);
      play?.(peer);
      upstream.waiting.shift()?.(peer);
    });
    atEnd(() => upstream.close());
    return upstream;
  }

  /** The next connection that carries a request, once its head is there; others come and go without a word: probes. */
  async request(): Promise<Peer> {
    for (;;) {
      const peer = await this.next();
      const asks = await peer.until('\r\n\r\n').then(
        () => true,
        () => false,
      );
      if (asks) return peer;
    }
  }

  /** How many connections carried something. */
  get used(): number {
    return this.peers.filter(({ received }) => received !== '').length;
  }

  private next(): Promise<Peer> {
    const index = this.taken++;
    if (index < this.peers.length) return Promise.resolve(this.peers[index]);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  get port(): number {
    return Number(this.address.split(':')[1]);
  }

  close(): Promise<void> {
    for (const peer of this.peers) peer.close();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** Plays a server that gives each request the same response, over a connection that stays. */
export function answering(response: string): (peer: Peer) => void {
  return (peer) => {
    let answered = 0;
    peer.socket.on('data', () => {
      const requests = peer.received.split('\r\n\r\n').length - 1;
      for (; answered < requests; answered++) peer.send(response);
    });
  };
}

/** A plain response with a text. */
export function ok(text: string, status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
}

/** An address where nobody listens. */
export async function closedAddress(): Promise<string> {
  const upstream = await Upstream.open();
  const { address } = upstream;
  await upstream.close();
  return address;
}
