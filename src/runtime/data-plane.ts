import type { Api } from '../model';
import { VERSION } from '../platform';
import { METRICS } from '../signals';
import { AdminPort, type AdminSource } from './admin';
import { Certificates, type Stores } from './certificates';
import { Configuration } from './configuration';
import type { RuntimeEvent } from './event';
import { FallbackFiles } from './fallback-files';
import type { HealthSource } from './health-watch';
import { OctetBuffer } from './http';
import type { Court, Verdict } from './judging';
import { type Bounds, boundsOf } from './limits';
import { Listeners } from './listeners';
import { namesOf } from './members';
import { Names, nameServers, SystemResolver } from './names';
import type { Prepared } from './prepared';
import { type Engine, SpareExchanges } from './proxy';
import type { Runtime, RuntimeOptions, StopOptions } from './start';
import { statusOf } from './status';
import { alone, type Surroundings } from './surroundings';
import { AccessLog, Registry } from './telemetry';
import { TimerWheel } from './timers';
import { TrafficWatch } from './traffic-watch';
import type { Transport } from './transport';
import { Turns } from './turns';

/** How often connections that have waited for long are looked for, at a part of the targets each time, in milliseconds. */
const SWEEP_MS = 100;
/** After how many times all targets were looked at: to close the connections of many at once takes long. */
const SWEEPS = 10;
/** How long requests may take to end when the data plane stops, in milliseconds. */
const DRAIN_MS = 30_000;
/** Most responses fit, with their heads, into what is read at once. */
const OUTGOING_SIZE = 81_920;

/** What was opened for a configuration. */
interface Opened {
  readonly log: AccessLog | undefined;
  readonly admin: AdminPort | undefined;
  readonly certificates: Prepared;
  readonly files: Prepared;
  readonly listeners: Prepared;
  abandon(): Promise<void>;
}

/** An API that is being served. */
export class DataPlane implements Runtime {
  /** All that is counted here. */
  readonly registry: Registry;
  private readonly wheel = new TimerWheel();
  private readonly names: Names;
  private readonly engine: Engine;
  private readonly bounds: Bounds;
  private readonly certificates: Certificates;
  private readonly files: FallbackFiles;
  private readonly listeners: Listeners;
  private readonly version: string;
  private readonly tell: (event: RuntimeEvent) => void;
  private configuration: Configuration | undefined;
  private watch: HealthSource | undefined;
  private traffic: TrafficWatch | undefined;
  private admin: AdminPort | undefined;
  private sweep: NodeJS.Timeout | undefined;
  private swept = 0;
  private stopping: Promise<void> | undefined;
  private readonly turns = new Turns();

  /** @param surroundings - left out: it is alone */
  constructor(
    apiName: string,
    transport: Transport,
    options: RuntimeOptions,
    private readonly surroundings: Surroundings = alone(transport),
  ) {
    const { wheel } = this;
    // Where another process tells what all have counted, that one knows what there is.
    const registry = new Registry(surroundings.admin);
    this.registry = registry;
    const names = new Names(new SystemResolver({ servers: nameServers(options.nameServers) }), wheel, {
      changed: (name) => this.rediscover(name),
      failed: (name) => {
        registry.cell(METRICS.lookupFailures, apiName, name).value += 1;
      },
      forgotten: (name) => registry.forget(METRICS.lookupFailures, apiName, name),
    });
    this.names = names;
    this.version = options.version ?? VERSION;
    this.tell = options.onEvent ?? (() => {});
    this.bounds = boundsOf(surroundings.limits, wheel, registry, apiName, surroundings.share);
    const inFlight = registry.cell(METRICS.inFlight, apiName);
    this.engine = {
      transport,
      wheel,
      names,
      limits: surroundings.limits,
      inFlight,
      spareExchanges: new SpareExchanges(),
      outgoing: new OctetBuffer(OUTGOING_SIZE),
      log: undefined,
    };
    this.certificates = new Certificates(apiName, registry, surroundings.ticketKeys, this.tell);
    this.files = new FallbackFiles(apiName, registry, this.tell);
    this.listeners = new Listeners(
      this.engine,
      {
        connections: (listener) => registry.cell(METRICS.connections, apiName, listener),
        connectionsRefused: (listener) => registry.cell(METRICS.connectionsRefused, apiName, listener),
        refused: (status) => {
          registry.cell(METRICS.badRequests, apiName, String(status)).value += 1;
        },
        turnedAway: (listener) => registry.cell(METRICS.connectionsTurnedAway, apiName, listener),
        handshakeFailures: (listener) => registry.cell(METRICS.handshakeFailures, apiName, listener),
      },
      surroundings.openPort,
    );
    registry.cell(METRICS.build, this.version).value = 1;
  }

  /** @throws RuntimeStartError, FileError as {@link startRuntime} does; then nothing stays open */
  static async start(api: Api, transport: Transport, options: RuntimeOptions): Promise<DataPlane> {
    const plane = new DataPlane(api.name, transport, options);
    try {
      await plane.adopt(api);
    } catch (error) {
      plane.names.stop();
      throw error;
    }
    return plane;
  }

  get addresses(): readonly { listener: string; url: string }[] {
    return this.listeners.addresses;
  }

  get adminUrl(): string | undefined {
    return this.admin?.url;
  }

  reload(api: Api): Promise<void> {
    return this.turns.take(() => this.adoptNext(api));
  }

  stop({ timeoutMs = DRAIN_MS, gently = false }: StopOptions = {}): Promise<void> {
    this.stopping ??= this.end(timeoutMs, gently);
    return this.stopping;
  }

  /** Another process that serves the same has concluded something from its requests. */
  judged(verdict: Verdict): void {
    this.traffic?.told(verdict);
  }

  private async adoptNext(api: Api): Promise<void> {
    if (this.stopping !== undefined) throw new Error('the data plane is stopping');
    try {
      await this.adopt(api);
      this.tell({ kind: 'reload' });
    } catch (error) {
      this.noteReload(0);
      throw error;
    }
  }

  /** Makes an API ready to be served in place of the one before. Where a port or a file cannot be opened, nothing has changed. */
  async prepare(api: Api): Promise<Prepared> {
    const { names, registry, surroundings, wheel } = this;
    const wanted = namesOf(api);
    await names.learn(wanted);
    const forget = () => names.keepOnly(this.configuration?.wanted ?? []);
    try {
      const certificates = await this.certificates.prepare(api);
      const files = await this.files.prepare(api);
      const { share } = surroundings;
      const next = await Configuration.make({
        api,
        wanted,
        registry,
        names,
        clock: () => wheel.touch(),
        tell: this.tell,
        before: this.configuration,
        share,
        stores: certificates.pools,
        files: files.files,
        bounds: this.bounds,
      });
      const opened = await this.open(next, certificates, files);
      const abandon = async () => {
        forget();
        await opened.listeners.abandon();
        await opened.abandon();
      };
      return { commit: () => this.serve(next, opened), abandon };
    } catch (error) {
      forget();
      throw error;
    }
  }

  private async adopt(api: Api): Promise<void> {
    const { commit } = await this.prepare(api);
    await commit();
  }

  private async serve(next: Configuration, { log, admin, certificates, files, listeners }: Opened): Promise<void> {
    const before = this.configuration;
    const replaced = [this.engine.log, this.admin === admin ? undefined : this.admin];
    await certificates.commit();
    await files.commit();
    await listeners.commit();
    this.configuration = next;
    this.engine.log = log;
    this.admin = admin;
    next.takeOver(before);
    this.engine.limits.sweep();
    this.names.keepOnly(next.wanted);
    this.traffic?.stop();
    this.traffic = new TrafficWatch(next, this.courtOf(next));
    this.traffic.start();
    const watched = this.watch;
    watched?.stop();
    this.watch = this.surroundings.health(next, this.names, this.tell);
    this.watch.start(watched);
    if (before === undefined) this.run();
    this.noteReload(1);
    await Promise.all(replaced.map((one) => one?.close()));
  }

  private async open(next: Configuration, certificates: Prepared & Stores, files: Prepared): Promise<Opened> {
    const { accessLog, admin: described } = next.api;
    const opened: { close(): Promise<void> }[] = [];
    const own = <Resource extends { close(): Promise<void> }>(resource: Resource) => {
      opened.push(resource);
      return resource;
    };
    const abandon = async () => {
      await Promise.all(opened.map((resource) => resource.close()));
    };
    try {
      const log = accessLog && own(new AccessLog(accessLog));
      const admin = this.admin?.serves(described)
        ? this.admin
        : this.surroundings.admin && described && own(await AdminPort.open(described, this.told));
      const listeners = await this.listeners.prepare(next, certificates.listeners);
      return { log, admin: admin || undefined, certificates, files, listeners, abandon };
    } catch (error) {
      await abandon();
      throw error;
    }
  }

  private async end(timeoutMs: number, gently: boolean): Promise<void> {
    await this.turns.ended();
    this.watch?.stop();
    this.traffic?.stop();
    await this.listeners.drain(timeoutMs, gently);
    this.certificates.close();
    this.files.close();
    for (const target of this.configuration?.targets ?? []) target.retire();
    clearInterval(this.sweep);
    this.wheel.stop();
    this.names.stop();
    await this.admin?.close();
    await this.engine.log?.close();
  }

  private readonly told: AdminSource = {
    ready: () => this.stopping === undefined,
    metrics: () => this.registry.render(),
    status: () => statusOf(this.configuration as Configuration, this.version, this.stopping === undefined),
  };

  private rediscover(name: string): void {
    for (const [pool, change] of this.configuration?.rediscover(name) ?? []) {
      const [joined, left] = [change.joined, change.left].map((targets) => targets.map((target) => target.name));
      this.tell({ kind: 'members', pool, joined, left });
      this.traffic?.follow(change);
      this.watch?.follow(change);
    }
  }

  private courtOf(configuration: Configuration): Court {
    const { registry, wheel, surroundings, tell } = this;
    return {
      api: configuration.api.name,
      registry,
      wheel,
      share: surroundings.share,
      tell,
      changed: (pool) => this.watch?.availabilityChanged(pool),
      spread: surroundings.spread,
      spares: (target) => configuration.spares(target),
    };
  }

  private noteReload(successful: 0 | 1): void {
    const name = this.configuration?.api.name ?? '';
    this.registry.cell(METRICS.reload, name).value = successful;
  }

  private run(): void {
    this.wheel.start();
    this.sweep = setInterval(() => this.sweepIdle(), SWEEP_MS);
  }

  private sweepIdle(): void {
    const targets = this.configuration?.targets ?? [];
    this.swept = (this.swept + 1) % SWEEPS;
    for (let i = this.swept; i < targets.length; i += SWEEPS) targets[i].sweep(this.wheel.now);
  }
}
