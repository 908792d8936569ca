// Targets of an API under test: small HTTP servers that behave as told.
import {
  type Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a target does with a request: answers with a status, closes the connection, or never answers. */
export type Behaviour = number | 'reset' | 'silence';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
}

/** A target on 127.0.0.1; its answers name it, and it remembers what it was asked. */
export class TestTarget {
  behaviour: Behaviour = 200;
  readonly seen: Seen[] = [];
  private server: Server | undefined;
  private port = 0;

  private constructor(readonly name: string) {}

  static async start(name: string): Promise<TestTarget> {
    const target = new TestTarget(name);
    await target.serve();
    return target;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Serves again, on the port that it had. */
  async serve(): Promise<void> {
    const server = createServer((incoming, response) => this.handle(incoming, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** From now on connections are refused; those that are open end. */
  async die(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (server === undefined) return;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }

  private handle(incoming: IncomingMessage, response: ServerResponse): void {
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      this.seen.push({ method, url, headers, bytes });
      if (this.behaviour === 'silence') return;
      if (this.behaviour === 'reset') incoming.socket.destroy();
      else response.writeHead(this.behaviour, { 'X-Target': this.name }).end(this.name);
    });
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Question {
  readonly port: number;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
  /** A body that is sent in pieces, 20 ms apart. */
  readonly pieces?: readonly string[];
  /** The Host field. Left out: the address. */
  readonly host?: string;
  /** Left out: a connection of its own. */
  readonly agent?: Agent;
}

/** Sends one request. */
export function ask({
  port,
  path = '/',
  method = 'GET',
  headers = {},
  body,
  pieces,
  host,
  agent,
}: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: agent ?? false,
        headers: { ...lengthOf(pieces), ...headers, ...(host ? { Host: host } : {}) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    asked.setTimeout(10_000, () => asked.destroy(new Error('no answer within 10 s')));
    asked.on('error', reject);
    if (pieces === undefined) asked.end(body);
    else sendPieces(asked, pieces);
  });
}

/** Node would send pieces in chunks, whose sum nobody knows before the end. */
function lengthOf(pieces: readonly string[] | undefined): Record<string, number> {
  return pieces === undefined ? {} : { 'Content-Length': Buffer.byteLength(pieces.join('')) };
}

function sendPieces(asked: ClientRequest, [piece, ...rest]: readonly string[]): void {
  if (piece === undefined) {
    asked.end();
    return;
  }
  asked.write(piece);
  setTimeout(() => sendPieces(asked, rest), 20);
}
