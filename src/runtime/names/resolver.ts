import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Answer, Family, Service } from './answer';
import { Dns } from './dns';
import { hostsFileAddresses } from './hosts-file';

/** What came of a question for each family of addresses. */
export type AddressAnswers = Readonly<Record<Family, Answer<string>>>;

/** Finds out where names lead; keeps nothing. */
export interface Resolver {
  /**
   * The addresses of a host.
   * @param early - told each family that is found before the other has answered
   */
  addresses(host: string, early: (family: Family, addresses: readonly string[]) => void): Promise<AddressAnswers>;
  /** The SRV records of a service. */
  services(name: string): Promise<Answer<Service>>;
  /** Gives up what is being asked. */
  close(): void;
}

type Lookup = (host: string) => Promise<readonly string[]>;

/** mDNS, search domains, directories: whatever this machine is set up to ask. */
const systemLookup: Lookup = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** Answers that leave it to the system to know more; a server that is silent or fails would only be asked again. */
const UNKNOWN: ReadonlySet<string> = new Set(['nothing', 'unreachable']);

/** Who is asked. */
export interface ResolverOptions {
  /** Name servers, each `address` or `address:port`. Left out: those of the system. */
  readonly servers?: readonly string[];
  /** What comes before DNS. Left out: the hosts file. */
  readonly local?: Lookup;
  /** What comes after DNS. Left out: the system's own lookup, and nothing where name servers were chosen. */
  readonly system?: Lookup;
}

/**
 * Resolves as other programs of the machine do, and learns TTLs on the way: the hosts file comes first, then DNS; where
 * that knows nothing of a host, the system's own lookup, which tells no TTL and takes one of few threads while it waits.
 */
export class SystemResolver implements Resolver {
  private readonly dns: Dns;
  private readonly local: Lookup;
  private readonly system: Lookup | undefined;

  constructor({ servers, local, system }: ResolverOptions = {}) {
    this.dns = new Dns(servers);
    this.local = local ?? hostsFileAddresses;
    this.system = system ?? (servers === undefined ? systemLookup : undefined);
  }

  async addresses(
    host: string,
    early: (family: Family, addresses: readonly string[]) => void,
  ): Promise<AddressAnswers> {
    const written = await this.local(host);
    if (written.length > 0) return byFamily(written);
    const ask = async (family: Family) => {
      const answer = await this.dns.addresses(host, family);
      if (answer.kind === 'found') early(family, answer.values);
      return answer;
    };
    const [v4, v6] = await Promise.all([ask(4), ask(6)]);
    if (this.system === undefined || !UNKNOWN.has(v4.kind) || !UNKNOWN.has(v6.kind)) return { 4: v4, 6: v6 };
    return byFamily(await this.system(host).catch(() => []));
  }

  services(name: string): Promise<Answer<Service>> {
    return this.dns.services(name);
  }

  close(): void {
    this.dns.close();
  }
}

function byFamily(addresses: readonly string[]): AddressAnswers {
  const answer = (family: Family): Answer<string> => {
    const values = addresses.filter((address) => isIP(address) === family);
    return values.length === 0 ? { kind: 'nothing' } : { kind: 'found', values, ttlMs: undefined };
  };
  return { 4: answer(4), 6: answer(6) };
}
