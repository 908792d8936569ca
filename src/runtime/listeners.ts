import { type Api, joinAddress, type Listener } from '../model';
import { AddressRanges } from './address-ranges';
import type { Stores } from './certificates';
import type { Configuration } from './configuration';
import { ConnectionLimit } from './connection-limit';
import type { ForwardingRules } from './forwarding';
import { limitKey } from './limits';
import { listenerUrl } from './listener-url';
import type { Prepared } from './prepared';
import { acceptConnection, Clients, type Engine, type Entrance, turnAway } from './proxy';
import { RuntimeStartError } from './start-error';
import type { OpenPort } from './surroundings';
import type { Cell } from './telemetry';
import { type AcceptedSocket, type Acceptor, descriptorLimit, shareDescriptors } from './transport';

/** How often it is looked whether all connections have ended, in milliseconds. */
const POLL_MS = 10;
/** The part of the clients that are turned away with an answer, while there is no room for them. */
const ANSWERED_PART = 1 / 4;

/** A listener whose port is open. */
interface OpenListener {
  /** Its name, which a reload may change. */
  name: string;
  readonly key: string;
  readonly acceptor: Acceptor;
  readonly entrance: Entrance;
  readonly limit: ConnectionLimit;
}

/** Where the connections and refusals of a listener are counted. */
export interface ListenerCounts {
  connections(listener: string): Cell;
  connectionsRefused(listener: string): Cell;
  refused(status: number): void;
  turnedAway(listener: string): Cell;
  handshakeFailures(listener: string): Cell;
}

/** The open ports of a data plane, and the connections that came through them. */
export class Listeners {
  private open: OpenListener[] = [];
  /** Closed ports, as long as connections that came through them stand. */
  private readonly leaving = new Set<Entrance>();
  /** Clients that there is room for. */
  private readonly most = shareDescriptors(descriptorLimit()).clients;

  constructor(
    private readonly engine: Engine,
    private readonly counts: ListenerCounts,
    private readonly openPort: OpenPort,
  ) {}

  get addresses(): { listener: string; url: string }[] {
    return this.open.map(({ name, acceptor, entrance }) => ({
      listener: name,
      url: listenerUrl(entrance.forwarding, acceptor.address, acceptor.port),
    }));
  }

  /**
   * Opens the listeners of a configuration that are new. To commit closes what is gone, and leaves alone what stays.
   * @throws RuntimeStartError where a port cannot be opened; then nothing has changed
   */
  async prepare(configuration: Configuration, stores: Stores['listeners']): Promise<Prepared> {
    const added: OpenListener[] = [];
    const abandon = async () => {
      await Promise.all(added.map(({ acceptor }) => acceptor.close()));
    };
    try {
      for (const [name, listener] of Object.entries(configuration.api.listeners)) {
        if (this.open.some(({ key }) => key === keyOf(listener))) continue;
        added.push(await this.openOne(name, listener, configuration, stores));
      }
    } catch (error) {
      await abandon();
      throw error;
    }
    return { commit: async () => this.serve(configuration, added, stores), abandon };
  }

  private serve(configuration: Configuration, added: readonly OpenListener[], stores: Stores['listeners']): void {
    const { listeners } = configuration.api;
    const wanted = Object.entries(listeners).map(([name, listener]) => ({ name, listener, key: keyOf(listener) }));
    const all = [...this.open, ...added];
    for (const one of this.open) if (!wanted.some(({ key }) => key === one.key)) this.shut(one);
    this.open = wanted.map(({ name, listener, key }) => {
      const one = all.find((other) => other.key === key) as OpenListener;
      one.name = name;
      one.entrance.router = configuration.routerOf(name);
      Object.assign(one.entrance, settingsOf(listener, configuration.api));
      one.entrance.tls = stores.get(name);
      const { connections } = listener.limits;
      one.limit.use(
        connections === undefined ? undefined : this.engine.limits.permits(limitKey('listener', name), connections),
      );
      return one;
    });
    for (const { name, entrance } of this.open) {
      const { redirectTo } = listeners[name];
      entrance.redirectPort = this.open.find((one) => one.name === redirectTo)?.acceptor.port;
    }
  }

  /**
   * Closes all ports, and every connection once its request is done; those that are left after `ms` end at once.
   * @param gently - a connection without a request gets its next response before it is told to close: no client loses
   * a request that was on its way
   */
  async drain(ms: number, gently = false): Promise<void> {
    for (const one of this.open) this.shut(one, gently);
    this.open = [];
    const deadline = performance.now() + ms;
    while (this.connectionCount > 0 && performance.now() < deadline) await pause();
    for (const { clients } of this.leaving) for (const client of clients) client.close();
  }

  private get connectionCount(): number {
    return [...this.leaving].reduce((sum, { clients }) => sum + clients.size, 0);
  }

  private accept(entrance: Entrance, limit: ConnectionLimit, socket: AcceptedSocket): void {
    let clients = 0;
    for (const one of this.open) clients += one.entrance.clients.size;
    for (const one of this.leaving) clients += one.clients.size;
    // One that came just before the port was closed.
    if (entrance.closing) socket.close();
    else if (clients < this.most) limit.accept(socket);
    else turnAway(this.engine, entrance, socket, clients < this.most * (1 + ANSWERED_PART));
  }

  private async openOne(
    name: string,
    listener: Listener,
    configuration: Configuration,
    stores: Stores['listeners'],
  ): Promise<OpenListener> {
    const entrance: Entrance = {
      router: configuration.routerOf(name),
      ...settingsOf(listener, configuration.api),
      refused: (status) => this.counts.refused(status),
      redirectPort: configuration.api.listeners[listener.redirectTo ?? '']?.port,
      tls: stores.get(name),
      connections: this.counts.connections(name),
      turnedAway: this.counts.turnedAway(name),
      handshakeFailures: this.counts.handshakeFailures(name),
      clients: new Clients(),
      closing: false,
    };
    const { address, port } = listener;
    const limit = new ConnectionLimit(
      entrance.clients,
      (socket) => acceptConnection(this.engine, entrance, socket),
      this.counts.connectionsRefused(name),
    );
    try {
      const acceptor = await this.openPort(address, port, (socket) => this.accept(entrance, limit, socket));
      return { name, key: keyOf(listener), acceptor, entrance, limit };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new RuntimeStartError(code ?? String(error), name, address, port, { cause: error });
    }
  }

  private shut({ acceptor, entrance, limit }: OpenListener, gently = false): void {
    acceptor.close();
    limit.close();
    entrance.closing = true;
    if (!gently) for (const client of entrance.clients) client.drain();
    for (const one of this.leaving) if (one.clients.size === 0) this.leaving.delete(one);
    this.leaving.add(entrance);
  }
}

/** What a reload may change of a listener, for connections that are new. */
function settingsOf(
  { limits, protocol, http2, proxyProtocol, forwardedHeaders, trustedProxies }: Listener,
  { pools }: Api,
) {
  const tellsEndpoints = Object.values(pools).some((pool) => pool.proxyProtocol !== undefined);
  const trusted = new AddressRanges(trustedProxies);
  const forwarding: ForwardingRules = {
    styles: new Set(forwardedHeaders),
    protocol: protocol === 'https' ? 'https' : 'http',
    trusted,
  };
  return { limits, http2, proxyProtocol, tellsEndpoints, forwarding };
}

/** What tells a listener's port from others. */
export function keyOf({ address, port }: Pick<Listener, 'address' | 'port'>): string {
  return joinAddress(address, port);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
