import type { Configuration } from './configuration';

/** How a data plane is: what `/status` of the admin port tells. */
export function statusOf({ api, targets, routes }: Configuration, version: string, ready: boolean): object {
  const pools = new Map<string, object[]>(Object.keys(api.pools).map((pool) => [pool, []]));
  for (const { pool, name, tier, health, draining, traffic } of targets) {
    const { judge } = traffic;
    pools.get(pool)?.push({
      target: name,
      tier,
      state: health.up ? 'up' : health.joining ? 'joining' : 'down',
      since: new Date(health.since).toISOString(),
      lastError: health.lastError ?? null,
      // Only where there is something to tell.
      ...(health.held && { held: true }),
      ...(draining && { draining }),
      ...(judge?.ejection?.ejected && { ejected: true }),
      ...(judge?.breaker && { breaker: judge.breaker.state }),
    });
  }
  return {
    version,
    api: api.name,
    state: ready ? 'serving' : 'draining',
    pools: Object.fromEntries(pools),
    routes: Object.fromEntries(Array.from(routes, (route) => [route.name, { tier: route.servingTier?.name ?? null }])),
  };
}
