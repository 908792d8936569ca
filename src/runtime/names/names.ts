import { isIP } from 'node:net';
import type { TimerWheel } from '../timers';
import type { Service } from './answer';
import { HostName } from './host-name';
import { type Asked, Refresher } from './refresher';
import type { Resolver } from './resolver';
import { MOST_MS } from './schedule';
import { ServiceName } from './service-name';

/** A name that takes longer than this does not keep the others from being served, in milliseconds. */
const PATIENCE_MS = 2_000;

/** A name that somebody needs. */
export interface WantedName {
  readonly name: string;
  /** `host` has addresses, `service` has SRV records. */
  readonly kind: 'host' | 'service';
  /** How often it is resolved at least, in milliseconds; left out: every five minutes. */
  readonly mostMs?: number;
}

/** Who is told what becomes of names. */
export interface NamesListener {
  /** A name leads elsewhere than before. */
  changed(name: string): void;
  /** A lookup found nothing, or not all that it asked for. */
  failed(name: string): void;
  /** Nobody needs a name any more. */
  forgotten(name: string): void;
}

interface Entry<Name> {
  readonly name: Name;
  readonly refresher: Refresher;
}

/**
 * Where names lead, resolved again as their TTLs ask. A lookup that fails, or that finds nothing at all, keeps the last
 * answer: a mistake in DNS does not take a service down, and members that are really gone are found by their health checks.
 */
export class Names {
  private readonly hosts = new Map<string, Entry<HostName>>();
  private readonly services = new Map<string, Entry<ServiceName>>();
  /** By kind and name. */
  private wanted: ReadonlySet<string> = new Set();

  /** @param random - from 0 up to 1 */
  constructor(
    private readonly resolver: Resolver,
    private readonly wheel: TimerWheel,
    private readonly listener: NamesListener,
    private readonly random: () => number = Math.random,
  ) {}

  /** Takes on more names; resolves once each has been asked for, or after two seconds. */
  learn(names: readonly WantedName[]): Promise<void> {
    this.wanted = new Set([...this.wanted, ...names.map(keyOf)]);
    return patiently(this.limited(names).map((refresher) => refresher.learn()));
  }

  /** Forgets all other names. */
  keepOnly(names: readonly WantedName[]): void {
    this.wanted = new Set(names.map(keyOf));
    this.forgetUnused();
    this.limited(names);
  }

  /** The addresses of a host in the order in which to try them, beginning with another each time; none where unknown. */
  addressesOf(host: string): string[] {
    if (isIP(host) !== 0) return [host];
    return this.hosts.get(host)?.name.addresses.inOrder(this.wheel.now) ?? [];
  }

  /** Every address of a host, in a fixed order; none where unknown. */
  known(host: string): readonly string[] {
    return this.hosts.get(host)?.name.addresses.all ?? [];
  }

  /** Whether a host can be connected to, as far as is known. */
  addressable(host: string): boolean {
    return isIP(host) !== 0 || this.known(host).length > 0;
  }

  /** The SRV records of a service; none where unknown. */
  servicesOf(name: string): readonly Service[] {
    return this.services.get(name)?.name.records ?? [];
  }

  /** An address of a host was tried. @param answered - whether a connection came to be, sooner than with another */
  tried(host: string, address: string, answered: boolean): void {
    this.hosts.get(host)?.name.addresses.tried(address, answered, this.wheel.now);
  }

  /** Resolves a host again soon: none of its addresses answered. */
  hurry(host: string): void {
    this.hosts.get(host)?.refresher.hurry();
  }

  /** Asks no more, and gives up what is being asked. */
  stop(): void {
    for (const { refresher } of [...this.hosts.values(), ...this.services.values()]) refresher.stop();
    this.resolver.close();
  }

  /** Those that ask for names, each within the shortest time that is wanted for its name. */
  private limited(names: readonly WantedName[]): Refresher[] {
    const limits = new Map<Refresher, number>();
    for (const one of names) {
      if (isIP(one.name) !== 0) continue;
      const refresher = this.refresherOf(one);
      limits.set(refresher, Math.min(limits.get(refresher) ?? MOST_MS, one.mostMs ?? MOST_MS));
    }
    for (const [refresher, mostMs] of limits) refresher.within(mostMs);
    return [...limits.keys()];
  }

  private refresherOf({ name, kind }: WantedName): Refresher {
    return (kind === 'host' ? this.host(name) : this.service(name)).refresher;
  }

  private host(name: string): Entry<HostName> {
    return taken(this.hosts, name, () => {
      const changed = () => void (refresher.stopped || this.listener.changed(name));
      const host = new HostName(name, this.resolver, changed);
      const refresher = this.refresher(name, () => host.ask());
      return { name: host, refresher };
    });
  }

  private service(name: string): Entry<ServiceName> {
    return taken(this.services, name, () => {
      const learn = (hosts: readonly string[]) => this.learnHosts(hosts, refresher);
      const changed = () => {
        if (refresher.stopped) return;
        this.listener.changed(name);
        this.forgetUnused();
      };
      const service = new ServiceName(name, this.resolver, learn, changed);
      const refresher = this.refresher(name, () => service.ask());
      return { name: service, refresher };
    });
  }

  private refresher(name: string, ask: () => Promise<Asked>): Refresher {
    const told = async () => {
      const asked = await ask();
      if (asked.failed && !refresher.stopped) this.listener.failed(name);
      return asked;
    };
    const refresher = new Refresher(this.wheel, told, this.random);
    return refresher;
  }

  private learnHosts(hosts: readonly string[], of: Refresher): Promise<void> {
    const names = of.stopped ? [] : hosts.filter((host) => isIP(host) === 0);
    return patiently(names.map((host) => this.host(host).refresher.learn()));
  }

  private forgetUnused(): void {
    const unused = (kind: WantedName['kind'], used: ReadonlySet<string>) => (name: string) =>
      !used.has(name) && !this.wanted.has(keyOf({ name, kind }));
    this.forget(this.services, unused('service', new Set()));
    const used = new Set([...this.services.values()].flatMap(({ name: { hosts } }) => hosts));
    this.forget(this.hosts, unused('host', used));
  }

  private forget<Name>(entries: Map<string, Entry<Name>>, unused: (name: string) => boolean): void {
    for (const [name, { refresher }] of entries) {
      if (!unused(name)) continue;
      refresher.stop();
      entries.delete(name);
      this.listener.forgotten(name);
    }
  }
}

function keyOf({ kind, name }: Pick<WantedName, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function taken<Value>(from: Map<string, Value>, key: string, make: () => Value): Value {
  const known = from.get(key);
  if (known !== undefined) return known;
  const made = make();
  from.set(key, made);
  return made;
}

/** Waits for all, but not for longer than names may take. */
async function patiently(promises: readonly Promise<void>[]): Promise<void> {
  if (promises.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([Promise.all(promises), patience]);
  clearTimeout(timer);
}
