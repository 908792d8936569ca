import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Admin, joinAddress } from '../model';
import { RuntimeStartError } from './start-error';
import type { BoundHandle } from './transport';

/** What the admin port tells. */
export interface AdminSource {
  /** Whether requests are taken. */
  ready(): boolean;
  metrics(): string | Promise<string>;
  status(): object;
}

/** The admin port: health, metrics and status. */
export class AdminPort {
  private constructor(
    private readonly description: Admin,
    private readonly server: Server,
  ) {}

  /**
   * @param handle - of a socket that is bound to the port already
   * @throws RuntimeStartError where the port cannot be opened
   */
  static async open(description: Admin, source: AdminSource, handle?: BoundHandle): Promise<AdminPort> {
    const { address, port } = description;
    const server = createServer(async (request, response) => {
      const { status, type, body } = await answer(request.method, request.url, source);
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        reject(new RuntimeStartError(error.code ?? error.message, 'admin', address, port, { cause: error }));
      });
      if (handle === undefined) server.listen(port, address, resolve);
      else server.listen(handle, resolve);
    });
    return new AdminPort(description, server);
  }

  /** Whether this is the port that a description asks for. */
  serves(description: Admin | undefined): boolean {
    return description?.address === this.description.address && description.port === this.description.port;
  }

  get url(): string {
    const { address, port } = this.server.address() as AddressInfo;
    return `http://${joinAddress(address, port)}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

interface AdminAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function answer(method: string | undefined, url: string | undefined, source: AdminSource): Promise<AdminAnswer> {
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'method not allowed' });
  switch (url?.split('?')[0]) {
    case '/healthz':
      return source.ready() ? json(200, { status: 'ok' }) : json(503, { status: 'draining' });
    case '/metrics':
      return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await source.metrics() };
    case '/status':
      return json(200, source.status());
    default:
      return json(404, { error: 'not found' });
  }
}

function json(status: number, value: object): AdminAnswer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}
