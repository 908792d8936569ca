import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** How long an answer is good; the interface of the system's resolver tells no TTL. */
const REFRESH_MS = 10_000;

/** A name that takes longer than this does not keep the others from being served. */
const PATIENCE_MS = 2_000;

type Lookup = (host: string) => Promise<readonly string[]>;

const systemLookup: Lookup = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

interface Entry {
  addresses: readonly string[];
  turn: number;
  running: Promise<void> | undefined;
}

/** The addresses of hosts. A failed lookup keeps the last answer. */
export class Names {
  private readonly entries = new Map<string, Entry>();
  private interval: NodeJS.Timeout | undefined;

  constructor(private readonly ask: Lookup = systemLookup) {}

  /** Looks up every host again from time to time. */
  start(): void {
    this.interval = setInterval(() => {
      for (const host of this.entries.keys()) this.refresh(host);
    }, REFRESH_MS);
  }

  stop(): void {
    clearInterval(this.interval);
  }

  /** Looks up the hosts that are not known yet; resolves once each has been looked up, or after a while. */
  async learn(hosts: readonly string[]): Promise<void> {
    const lookups = hosts.filter((host) => !this.entries.has(host)).map((host) => this.refresh(host));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([Promise.all(lookups), patience]);
    clearTimeout(timer);
  }

  /** Forgets all other hosts. */
  keepOnly(hosts: readonly string[]): void {
    for (const host of this.entries.keys()) if (!hosts.includes(host)) this.entries.delete(host);
  }

  /** The addresses of a host in the order in which to try them, beginning with another each time; none where unknown. */
  addressesOf(host: string): string[] {
    if (isIP(host) !== 0) return [host];
    const entry = this.entries.get(host);
    if (entry === undefined || entry.addresses.length === 0) return [];
    entry.turn = (entry.turn + 1) % entry.addresses.length;
    return [...entry.addresses.slice(entry.turn), ...entry.addresses.slice(0, entry.turn)];
  }

  /** Looks up a host that did not answer at its address. */
  refresh(host: string): Promise<void> {
    if (isIP(host) !== 0) return Promise.resolve();
    const entry = this.entries.get(host) ?? { addresses: [], turn: -1, running: undefined };
    this.entries.set(host, entry);
    entry.running ??= this.update(host, entry);
    return entry.running;
  }

  private async update(host: string, entry: Entry): Promise<void> {
    try {
      const addresses = await this.ask(host);
      if (addresses.length > 0) entry.addresses = addresses;
    } catch {
      // The last answer stays.
    } finally {
      entry.running = undefined;
    }
  }
}
