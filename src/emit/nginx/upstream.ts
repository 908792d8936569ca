import { isIPv6, type Pool } from '../../model';
import type { Member } from '../../passes';
import type { Node } from './node';
import type { RoutePlan, TierPlan } from './plan';

/** Connections to a tier that each worker keeps open. */
const IDLE_CONNECTIONS = 64;

/** The tiers of all routes, each once. */
export function upstreams(plans: readonly RoutePlan[]): Node[] {
  const tiers = plans.flatMap((plan) => plan.tiers);
  const names = [...new Set(tiers.map(({ upstream }) => upstream))];
  return names.map((name) => upstream(tiers.filter((tier) => tier.upstream === name)));
}

function upstream(uses: readonly TierPlan[]): Node {
  const { upstream: name, tier, pool } = uses[0] as TierPlan;
  const lonely = tier.members.length === 1 && uses.some(({ next }) => next !== undefined);
  return {
    block: ['upstream', name],
    body: [
      ['zone', name, '64k'],
      ...tier.members.map((member) => server(member, pool)),
      ...(lonely ? PLACEHOLDER : []),
      ['keepalive', IDLE_CONNECTIONS],
    ],
  };
}

/** A server that is alone counts as up whatever happens; with a second one, the tier can be left for a while. */
const PLACEHOLDER: readonly Node[] = [
  { comment: 'Never used; without a second server Nginx would not take the first one out.' },
  ['server', '127.0.0.1:9', 'down'],
];

function server({ host, port, weight }: Member, { healthCheck }: Pool): Node {
  const address = [typeof host === 'string' && isIPv6(host) ? `[${host}]` : host, `:${port}`];
  const failures = healthCheck.unhealthyThreshold;
  return [
    ...['server', address],
    ...(weight === 1 ? [] : [`weight=${weight}`]),
    ...[`max_fails=${failures}`, `fail_timeout=${outOfService(healthCheck.interval * failures)}`],
  ];
}

/** Nginx counts this time in whole seconds. */
function outOfService(ms: number): string {
  return `${Math.max(1, Math.ceil(ms / 1000))}s`;
}
