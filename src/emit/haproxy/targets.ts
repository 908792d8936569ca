import { formatDuration, type Host, isDnsName, isIPv6, isRef } from '../../model';
import type { Member } from '../../passes';
import type { Word } from '../text';
import type { TierPlan } from './plan';
import type { Directive } from './section';

/** The servers of a tier, with their probes where this section is the one that probes. */
export function targets(plan: TierPlan): Directive[] {
  return [
    ...(plan.prober === plan.section ? probes(plan) : []),
    ...plan.tier.members.map((member) => server(plan, member)),
  ];
}

function server({ tier, section, prober }: TierPlan, member: Member): Directive {
  const name = `${tier.pool}-${member.index + 1}`;
  return [
    ...['server', name, address(member)],
    ...(member.weight === 1 ? [] : ['weight', member.weight]),
    ...(looksUp(member.host) ? ['resolvers', 'system', 'init-addr', 'last,libc,none'] : []),
    ...(prober === section ? [] : ['track', `${prober}/${name}`]),
  ];
}

function address({ host, port }: Member): Word {
  return [typeof host === 'string' && isIPv6(host) ? `[${host}]` : host, `:${port}`];
}

/** Whether a host is a name, whose addresses change. */
export function looksUp(host: Host): boolean {
  return !isRef(host) && isDnsName(host);
}

function probes({ tier, pool, last }: TierPlan): Directive[] {
  const check = pool.healthCheck;
  const http: Directive[] = [
    ['option', 'httpchk'],
    ['http-check', 'send', 'meth', 'GET', 'uri', check.path, 'ver', 'HTTP/1.1', 'hdr', 'Host', 'localhost'],
    ['http-check', 'expect', 'status', check.expectedStatus.join(',')],
  ];
  // Where a request can go elsewhere, failed connections count as failed probes: they come sooner.
  const observed = tier.members.length > 1 || !last;
  return [
    ...(check.type === 'http' ? http : []),
    ['timeout', 'check', formatDuration(check.timeout)],
    [
      ...['default-server', 'check', 'inter', formatDuration(check.interval)],
      ...['fall', check.unhealthyThreshold, 'rise', check.healthyThreshold],
      ...(observed ? ['observe', 'layer4', 'error-limit', check.unhealthyThreshold, 'on-error', 'mark-down'] : []),
    ],
  ];
}
