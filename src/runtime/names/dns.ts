import { promises } from 'node:dns';
import type { Answer, Family, Service } from './answer';

/** How long a name server may take, in milliseconds; longer with each try. */
const TIMEOUT_MS = 1_000;
/** How often each question is sent before it fails. */
const TRIES = 3;

/** The codes of node:dns for an answer without such a record. */
const NOTHING: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks name servers, and nothing else of the system. */
export class Dns {
  private readonly asking = new Set<promises.Resolver>();

  /** @param servers - `address` or `address:port`; left out: those of the system, as they are at each question */
  constructor(private readonly servers?: readonly string[]) {}

  /** Addresses with the least of their TTLs. */
  addresses(host: string, family: Family): Promise<Answer<string>> {
    return this.ask(async (resolver) => {
      const records = await resolver[family === 4 ? 'resolve4' : 'resolve6'](host, { ttl: true });
      const ttl = Math.min(...records.map((record) => record.ttl));
      return { values: records.map(({ address }) => address), ttlMs: ttl * 1000 };
    });
  }

  /** SRV records, of which Node.js tells no TTL. A host of `.` says that there is no service (RFC 2782): it is no record. */
  services(name: string): Promise<Answer<Service>> {
    return this.ask(async (resolver) => {
      const records = await resolver.resolveSrv(name);
      const values = records.map(({ name: host, port, priority, weight }) => ({ host, port, priority, weight }));
      return { values: values.filter(({ host }) => host !== '' && host !== '.'), ttlMs: undefined };
    });
  }

  /** Gives up what is being asked. */
  close(): void {
    for (const resolver of this.asking) resolver.cancel();
  }

  private async ask<Value>(
    question: (resolver: promises.Resolver) => Promise<{ values: Value[]; ttlMs: number | undefined }>,
  ): Promise<Answer<Value>> {
    // One for each question: it reads the system's configuration anew, which changes with the network.
    const resolver = new promises.Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
    if (this.servers !== undefined) resolver.setServers(this.servers);
    this.asking.add(resolver);
    try {
      const { values, ttlMs } = await question(resolver);
      return values.length === 0 ? { kind: 'nothing' } : { kind: 'found', values, ttlMs };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (NOTHING.has(code)) return { kind: 'nothing' };
      return { kind: code === 'ECONNREFUSED' ? 'unreachable' : 'failed' };
    } finally {
      this.asking.delete(resolver);
    }
  }
}
