import { randomBytes } from 'node:crypto';
import type { Admin, Api } from '../../model';
import { VERSION } from '../../platform';
import { METRICS, type Metric } from '../../signals';
import { AdminPort, type AdminSource } from '../admin';
import { Certificates } from '../certificates';
import { Configuration } from '../configuration';
import type { RuntimeEvent } from '../event';
import { FallbackFiles } from '../fallback-files';
import { HealthWatch } from '../health-watch';
import { listenerUrl } from '../listener-url';
import { namesOf } from '../members';
import { Names, nameServers, SystemResolver } from '../names';
import type { Prepared } from '../prepared';
import type { Runtime, StopOptions } from '../start';
import { statusOf } from '../status';
import { TICKET_KEYS_SIZE } from '../surroundings';
import { type Cell, Registry, Tally } from '../telemetry';
import { TimerWheel } from '../timers';
import { TrafficWatch } from '../traffic-watch';
import { type BoundPort, chooseTransport, type Transport, type TransportChoice } from '../transport';
import { Turns } from '../turns';
import { bindPort, bindPorts, closeOthers, type Ports } from './bind-ports';
import { Crew, type CrewOwner } from './crew';
import type { Estate } from './estate';
import { handOver, type Successor } from './hand-over';
import { portKey } from './port-key';
import { programText } from './program-text';
import { restore, stateOf, statesOf, type TargetState } from './told-health';

/** How long requests may take to end when the processes stop, in milliseconds. */
const DRAIN_MS = 30_000;

/** How an API is served by several processes. */
export interface ProcessOptions {
  /** The file of the bundled program, which the workers run. */
  readonly program: string;
  /** How many workers, at least 1. */
  readonly workers: number;
  /** How the workers do TCP. Left out: what SPILLWAY_TRANSPORT says, else `auto`, the fastest way that works here. */
  readonly transport?: TransportChoice;
  /** The version that is told in metrics and status. Left out: spillway's own. */
  readonly version?: string;
  readonly onEvent?: (event: RuntimeEvent) => void;
  /** What an earlier primary left. Left out: there was none. */
  readonly estate?: Estate;
}

/** What was made ready for an API. */
interface Opened {
  readonly ports: Ports;
  readonly adminPort: BoundPort | undefined;
  readonly admin: AdminPort | undefined;
  readonly certificates: Prepared;
  readonly files: Prepared;
  readonly crew: Prepared;
}

/** Serves an API by workers: holds the ports, probes the targets, tells what happens, and sends no request itself. */
export class Primary implements Runtime {
  private readonly registry = new Registry();
  private readonly tally = new Tally(this.registry);
  private readonly wheel = new TimerWheel();
  private readonly names = new Names(new SystemResolver({ servers: nameServers() }), this.wheel, {
    changed: (name) => this.rediscover(name),
    failed: (name) => {
      this.cell(METRICS.lookupFailures, name).value += 1;
    },
    forgotten: (name) => this.registry.forget(METRICS.lookupFailures, this.apiName, name),
  });
  private readonly crew: Crew;
  private readonly version: string;
  private readonly ticketKeys: Buffer;
  private readonly tell: (event: RuntimeEvent) => void;
  /** What was found out about targets before this process was there. */
  private readonly inherited: readonly TargetState[];
  private ports: Ports;
  private adminPort: BoundPort | undefined;
  private admin: AdminPort | undefined;
  private configuration: Configuration | undefined;
  private watch: HealthWatch | undefined;
  /** Has no requests of its own to judge by: it knows what the workers conclude from theirs. */
  private traffic: TrafficWatch | undefined;
  /** Workers look after these files and the next on their own; what there is to tell is told here. */
  private certificates: Certificates | undefined;
  private files: FallbackFiles | undefined;
  private restarts = 0;
  private apiName = '';
  private stopping: Promise<void> | undefined;
  private readonly ending = new AbortController();
  private readonly turns = new Turns();

  private constructor(
    /** Probes are made on it. */
    private readonly own: Transport,
    { program, workers, transport, version = VERSION, onEvent = () => {}, estate }: ProcessOptions,
  ) {
    this.version = version;
    this.tell = onEvent;
    this.ports = estate?.ports ?? new Map();
    this.adminPort = estate?.admin;
    this.inherited = estate?.states ?? [];
    this.ticketKeys = estate?.ticketKeys ?? randomBytes(TICKET_KEYS_SIZE);
    this.crew = new Crew(
      programText(program),
      { version, workers, transport, ticketKeys: this.ticketKeys },
      this.owner,
    );
    this.registry.cell(METRICS.build, version).value = 1;
    this.wheel.start();
  }

  /**
   * Resolves once every worker serves.
   * @throws RuntimeStartError where a port cannot be opened, and an error where a worker cannot begin; then nothing stays
   */
  static async start(api: Api, options: ProcessOptions): Promise<Primary> {
    const primary = new Primary(await chooseTransport(options.transport), options);
    try {
      await primary.adopt(api);
    } catch (error) {
      await primary.crew.kill();
      primary.names.stop();
      primary.wheel.stop();
      throw error;
    }
    return primary;
  }

  get addresses(): readonly { listener: string; url: string }[] {
    return Object.entries(this.configuration?.api.listeners ?? {}).map(([name, listener]) => {
      const { address, port } = this.ports.get(portKey(listener)) as BoundPort;
      return { listener: name, url: listenerUrl(listener, address, port) };
    });
  }

  get adminUrl(): string | undefined {
    return this.admin?.url;
  }

  /** The processes that serve. */
  get workerPids(): readonly number[] {
    return this.crew.pids;
  }

  /** How many workers ended unasked. */
  get workerRestarts(): number {
    return this.restarts;
  }

  private get estate(): Estate {
    const { ports, adminPort: admin, ticketKeys } = this;
    return { ports, admin, ticketKeys, states: statesOf(this.configuration?.targets ?? []) };
  }

  reload(api: Api): Promise<void> {
    return this.turns.take(async () => {
      if (this.stopping !== undefined) throw new Error('the data plane is stopping');
      try {
        await this.adopt(api);
        this.tell({ kind: 'reload' });
      } catch (error) {
        this.cell(METRICS.reload).value = 0;
        throw error;
      }
    });
  }

  /**
   * Lets another primary take over, which listens on the same sockets; resolves with its outcome once it serves. Then
   * this one is to stop, gently.
   * @throws HandoverError where it does not serve; then nothing has changed
   */
  handOver(successor: Successor): Promise<unknown> {
    return this.turns.take(() => handOver(this.estate, successor, this.ending.signal));
  }

  stop({ timeoutMs = DRAIN_MS, gently = false }: StopOptions = {}): Promise<void> {
    this.ending.abort();
    this.stopping ??= this.end(timeoutMs, gently);
    return this.stopping;
  }

  /** Ends all workers at once. */
  kill(): Promise<void> {
    return this.crew.kill();
  }

  private async adopt(api: Api): Promise<void> {
    this.apiName ||= api.name;
    const wanted = namesOf(api);
    await this.names.learn(wanted);
    try {
      this.certificates ??= new Certificates(this.apiName, this.registry, this.ticketKeys, this.tell);
      const certificates = await this.certificates.prepare(api);
      const { configuration: before, names, registry } = this;
      this.files ??= new FallbackFiles(this.apiName, registry, this.tell);
      const { files, ...prepared } = await this.files.prepare(api);
      const clock = () => this.wheel.touch();
      const stores = certificates.pools;
      const next = await Configuration.make({ api, wanted, registry, names, clock, before, stores, files });
      if (this.configuration === undefined) for (const state of this.inherited) restore(next, state);
      await this.serve(next, await this.open(next.api, certificates, prepared));
    } catch (error) {
      this.names.keepOnly(this.configuration?.wanted ?? []);
      throw error;
    }
  }

  /** Makes ready what an API needs; where that cannot be, nothing has changed. */
  private async open(api: Api, certificates: Prepared, files: Prepared): Promise<Opened> {
    const ports = bindPorts(api, this.ports);
    let opened: Pick<Opened, 'admin' | 'adminPort'> | undefined;
    try {
      opened = await this.openAdmin(api.admin);
      return {
        ports,
        ...opened,
        certificates,
        files,
        crew: await this.crew.prepare({ api: JSON.stringify(api), ports }),
      };
    } catch (error) {
      closeOthers(ports, this.ports);
      if (opened?.admin !== this.admin) await opened?.admin?.close();
      throw error;
    }
  }

  private async openAdmin(described: Admin | undefined): Promise<Pick<Opened, 'admin' | 'adminPort'>> {
    if (described === undefined) return { admin: undefined, adminPort: undefined };
    if (this.admin?.serves(described)) return { admin: this.admin, adminPort: this.adminPort };
    const adminPort = this.inheritedAdmin(described) ?? bindPort('admin', described);
    return { adminPort, admin: await AdminPort.open(described, this.told, adminPort.handle) };
  }

  /** The admin port of the primary before, where it is the one that is described. */
  private inheritedAdmin({ address, port }: Admin): BoundPort | undefined {
    const { adminPort } = this;
    const same = this.admin === undefined && adminPort?.address === address && adminPort.port === port;
    return same ? adminPort : undefined;
  }

  private async serve(
    next: Configuration,
    { ports, adminPort, admin, certificates, files, crew }: Opened,
  ): Promise<void> {
    const { configuration: before, ports: portsBefore, admin: adminBefore, adminPort: adminPortBefore } = this;
    next.takeOver(before);
    this.configuration = next;
    this.ports = ports;
    this.adminPort = adminPort;
    this.admin = admin;
    this.watch?.stop();
    this.traffic?.stop();
    this.traffic = this.trafficOf(next);
    this.traffic.start();
    await certificates.commit();
    await files.commit();
    await crew.commit();
    closeOthers(portsBefore, ports);
    this.names.keepOnly(next.wanted);
    const { names, tell, own: transport, watch } = this;
    this.watch = new HealthWatch(next, names, transport, tell, (target) => this.crew.tell([stateOf(target)]));
    this.watch.start(watch);
    this.cell(METRICS.reload).value = 1;
    if (adminBefore !== admin) await adminBefore?.close();
    if (adminPortBefore !== adminPort) adminPortBefore?.close();
  }

  private async end(timeoutMs: number, gently: boolean): Promise<void> {
    await this.turns.ended();
    closeOthers(this.ports, new Map());
    // Another process may answer there by now.
    if (gently) await this.admin?.close();
    this.watch?.stop();
    this.traffic?.stop();
    await this.crew.stop(timeoutMs, gently);
    this.certificates?.close();
    this.files?.close();
    this.names.stop();
    this.wheel.stop();
    if (!gently) await this.admin?.close();
  }

  private readonly owner: CrewOwner = {
    states: () => statesOf(this.configuration?.targets ?? []),
    verdicts: () => this.traffic?.verdicts ?? [],
    judged: (verdict) => {
      const holds = this.traffic?.admits(verdict) === true;
      if (holds) this.traffic?.told(verdict);
      return holds;
    },
    counted: (worker, counts) => this.tally.add(worker, counts),
    lost: (worker, reason, delayMs) => {
      this.tally.left(worker);
      this.restarts += 1;
      this.cell(METRICS.workerRestarts).value += 1;
      this.tell({ kind: 'worker', state: 'ended', reason, delayMs });
    },
    replaced: (reason) => this.tell({ kind: 'worker', state: reason === undefined ? 'serving' : 'failed', reason }),
  };

  private readonly told: AdminSource = {
    ready: () => this.stopping === undefined,
    metrics: async () => {
      await this.crew.count();
      this.cell(METRICS.workers).value = this.crew.pids.length;
      return this.registry.render();
    },
    status: () => statusOf(this.configuration as Configuration, this.version, this.stopping === undefined),
  };

  /** Workers discover on their own; the events are told once, here. */
  private rediscover(name: string): void {
    const { configuration } = this;
    for (const [pool, change] of configuration?.rediscover(name) ?? []) {
      const [joined, left] = [change.joined, change.left].map((targets) => targets.map((target) => target.name));
      this.tell({ kind: 'members', pool, joined, left });
      this.crew.tellGone(change.left.map(({ pool, key }) => ({ pool, key })));
      this.traffic?.follow(change);
      this.watch?.follow(change);
      // Also of those that came to be trusted, which no probe tells of; elsewhere others may be up beside them.
      this.crew.tell(statesOf((configuration?.targets ?? []).filter((target) => target.pool === pool)));
    }
  }

  private trafficOf(configuration: Configuration): TrafficWatch {
    const { registry, wheel, tell } = this;
    return new TrafficWatch(configuration, {
      api: configuration.api.name,
      registry,
      wheel,
      share: 1,
      tell,
      changed: (pool) => this.watch?.availabilityChanged(pool),
      spread: () => {},
      spares: (target) => configuration.spares(target),
    });
  }

  private cell(metric: Metric, ...labels: string[]): Cell {
    return this.registry.cell(metric, this.apiName, ...labels);
  }
}
