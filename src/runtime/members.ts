import { isIP } from 'node:net';
import { type Api, type Host, isRef, isServiceName, type Pool, splitAddress } from '../model';
import { byPriority, poolTiers } from '../passes';
import type { Names, WantedName } from './names';
import type { MemberTier } from './upstream';

/** The tiers of a pool: as described, or as far as names are known. */
export function memberTiers(name: string, pool: Pool, names: Names): MemberTier[] {
  return pool.discover === undefined ? describedTiers(name, pool) : byPriority(name, discovered(pool.discover, names));
}

/** What must be resolved to know where the targets of an API are, and who they are. */
export function namesOf({ pools }: Api): WantedName[] {
  const wanted: WantedName[] = [];
  const hosts = new Set<string>();
  for (const [name, { discover, targets = [] }] of Object.entries(pools)) {
    if (discover !== undefined) {
      const kind = isServiceName(discover.dns) ? 'service' : 'host';
      wanted.push({ name: discover.dns, kind, mostMs: discover.interval });
    }
    for (const { address, weight } of targets) if (weight > 0) hosts.add(hostOf(name, address));
  }
  // Most targets are addresses, which need not be resolved.
  for (const host of hosts) if (isIP(host) === 0) wanted.push({ name: host, kind: 'host' });
  return wanted;
}

function describedTiers(pool: string, description: Pool): MemberTier[] {
  return poolTiers(pool, description).map(({ name, members }) => ({
    name,
    members: members.map(({ host, port, weight, drain }) => ({ host: known(pool, host), port, weight, drain })),
  }));
}

function hostOf(pool: string, address: Host): string {
  return splitAddress(known(pool, address))?.host as string;
}

function known(pool: string, host: Host): string {
  if (isRef(host)) throw new Error(`the address of a target in pool ${pool} is not known yet`);
  return host;
}

function discovered({ dns, port }: NonNullable<Pool['discover']>, names: Names) {
  if (port !== undefined) {
    return names
      .known(dns)
      .map((address) => ({ priority: 0, member: { host: address, port, weight: 1, serverName: dns } }));
  }
  return names
    .servicesOf(dns)
    .filter(({ host }) => names.addressable(host))
    .map(({ host, port, priority, weight }) => ({
      // Of SRV records the lowest is first (RFC 2782), of targets the highest.
      priority: -priority,
      // A weight of 0 is the least share, not none.
      member: { host, port, weight: Math.max(weight, 1) },
    }));
}
