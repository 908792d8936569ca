import { expect, onTestFinished, vi } from 'vitest';
import type { Runtime } from '../../../src/runtime';
import { Peer } from '../support/peer';
import { apiOf, RARE_CHECK, serve, type TRANSPORTS } from '../support/serve';
import { ok, Upstream } from '../support/upstream';

const BYSTANDER = 'GET /bystander HTTP/1.1\r\nHost: x\r\n\r\n';

/** How long all may take to be as it was, in milliseconds; on a busy machine too. */
const PATIENCE = 8_000;

/** Takes a request with its connection, and does wrong. */
export type Fault = (target: Peer) => void;

export interface StageParts {
  readonly route?: object;
  readonly limits?: object;
  /** The address of another target than the one that is played. */
  readonly address?: string;
}

/** A target that does wrong with each request but those of a bystander, who must not notice. */
export class Stage {
  /** Whom requests came to that are not the bystander's. */
  readonly targets: Peer[] = [];
  private readonly waiting: ((target: Peer) => void)[] = [];
  private taken = 0;

  private constructor(
    readonly runtime: Runtime,
    readonly url: string,
    private readonly adminUrl: string,
    private readonly upstream: Upstream,
    private readonly bystander: Peer,
    private readonly handles: number,
  ) {}

  static async open(transport: (typeof TRANSPORTS)[number], fault: Fault, parts: StageParts = {}): Promise<Stage> {
    const handles = openHandles();
    let stage: Stage | undefined;
    const upstream = await Upstream.open((peer) => {
      let seen = 0;
      peer.socket.on('data', () => {
        if (!peer.received.startsWith('GET /bystander ')) {
          // What does wrong does it once on each connection.
          if (seen++ === 0 && stage !== undefined) stage.took(peer, fault);
          return;
        }
        const requests = peer.received.split('\r\n\r\n').length - 1;
        for (; seen < requests; seen++) peer.send(ok('fine'));
      });
    });
    // Targets of their own, so that a connection is the bystander's or is not.
    const pool = (address: string) => ({ targets: [{ address }], healthCheck: RARE_CHECK });
    const api = apiOf({
      listeners: { web: { address: '127.0.0.1', port: 1, http2: true, limits: parts.limits } },
      pools: { faulty: pool(parts.address ?? upstream.address), good: pool(upstream.address) },
      routes: { bystander: { path: '/bystander', pool: 'good' }, all: { pool: 'faulty', ...parts.route } },
      admin: { port: 2 },
    });
    const { runtime, url } = await serve(api, { transport });
    const bystander = await Peer.to(url);
    stage = new Stage(runtime, url, runtime.adminUrl as string, upstream, bystander, handles);
    await stage.undisturbed();
    return stage;
  }

  /** The next connection over which a request comes. */
  next(): Promise<Peer> {
    const index = this.taken++;
    if (index < this.targets.length) return Promise.resolve(this.targets[index]);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The bystander is served as ever. */
  async undisturbed(): Promise<void> {
    const { bystander } = this;
    bystander.received = '';
    bystander.send(BYSTANDER);
    expect(await bystander.until('fine')).toBe(ok('fine'));
  }

  /**
   * Everything is as it was: no request is under way, nobody is connected but the bystander, and in the end nothing is open.
   * @param idle - connections to targets that wait for another request
   */
  async settled(idle = 1): Promise<void> {
    await this.undisturbed();
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${this.adminUrl}/metrics`, { headers: { connection: 'close' } })).text();
        expect(metrics).toMatch(/^spillway_http_requests_in_flight\{.*\} 0$/m);
        expect(metrics).toMatch(/^spillway_client_connections\{.*\} 1$/m);
        expect(this.upstream.peers.filter(({ ended }) => ended === undefined).length).toBeLessThanOrEqual(idle);
      },
      { timeout: PATIENCE, interval: 20 },
    );
    this.bystander.close();
    await this.runtime.stop({ timeoutMs: 1_000 });
    await this.upstream.close();
    await vi.waitFor(() => expect(openHandles()).toBeLessThanOrEqual(this.handles), {
      timeout: PATIENCE,
      interval: 20,
    });
  }

  private took(target: Peer, fault: Fault): void {
    this.targets.push(target);
    this.waiting.shift()?.(target);
    fault(target);
  }
}

/** A client of HTTP/1.1 until the test ends. */
export async function clientOf({ url }: Stage): Promise<Peer> {
  const client = await Peer.to(url);
  onTestFinished(() => client.close());
  return client;
}

function openHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
}
