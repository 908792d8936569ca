import type { Route } from '../model';
import { type NamedRoute, namedPools } from '../passes';
import type { RuntimeEvent } from './event';
import type { FallbackSource } from './fallbacks';
import type { Bounds } from './limits';
import {
  Affinity,
  CompressionPolicy,
  CorsPolicy,
  Faults,
  HashKeys,
  MirrorPolicy,
  type Policy,
  type PolicyPlace,
  RateLimitPolicy,
  RedirectPolicy,
  Rehearsal,
  ResponseRewritePolicy,
  RewritePolicy,
  Split,
} from './policies';
import type { Registry } from './telemetry';
import type { Pool } from './upstream';

/** What policies need besides their description. */
export interface PolicyParts {
  readonly registry: Registry;
  readonly api: string;
  /** Of the API, by their names. */
  readonly pools: ReadonlyMap<string, Pool>;
  readonly fallback: FallbackSource | undefined;
  /** `undefined` where nothing is served, as in a primary. */
  readonly bounds: Bounds | undefined;
  /** The clock of the timers, in milliseconds. */
  readonly clock: () => number;
  readonly tell: (event: RuntimeEvent) => void;
  /** Those of the same route as it was described before. */
  readonly earlier: readonly Policy[];
}

/**
 * The policies of a route in the order in which they look at requests; at responses they look the other way round.
 * `undefined` where it has none.
 */
export function policiesOf(named: NamedRoute, parts: PolicyParts): readonly Policy[] | undefined {
  const { registry, api, pools, bounds } = parts;
  const { name, route } = named;
  const { compression, responseRewrite, cors, rateLimit, faults, redirect, split, rewrite, mirror, path } = route;
  const place = { registry, api, route: name };
  const copied = mirror && pools.get(mirror.pool);
  const policies: (Policy | undefined)[] = [
    compression && new CompressionPolicy(compression),
    responseRewrite.length === 0 ? undefined : new ResponseRewritePolicy(responseRewrite),
    cors && new CorsPolicy(cors),
    rateLimit && bounds && new RateLimitPolicy(rateLimit, bounds.rates, place),
    faults.length === 0 ? undefined : faultsOf(faults, place, parts),
    redirect && new RedirectPolicy(redirect, path),
    split && new Split(split, pools, place),
    route.affinity && new Affinity(route.affinity),
    HashKeys.of(namedPools(route).flatMap((pool) => pools.get(pool) ?? [])),
    rewrite && new RewritePolicy(rewrite, path),
    copied && new MirrorPolicy(copied, mirror.percent),
    route.rehearsal && rehearsalOf(route.rehearsal, place, parts),
  ];
  const present = policies.filter((policy) => policy !== undefined);
  return present.length === 0 ? undefined : present;
}

function faultsOf(described: Route['faults'], place: PolicyPlace, { earlier }: PolicyParts): Faults {
  const faults = new Faults(described, place);
  const before = earlier.find((one) => one instanceof Faults);
  if (before !== undefined) faults.takeOn(before);
  return faults;
}

function rehearsalOf(
  settings: NonNullable<Route['rehearsal']>,
  place: PolicyPlace,
  { fallback, clock, tell, earlier }: PolicyParts,
): Rehearsal {
  const rehearsal = new Rehearsal(settings, place, {
    random: Math.random,
    wallClock: Date.now,
    now: clock,
    renders: fallback && ((now) => fallback.renders(now)),
    changed: (state) => tell({ kind: 'rehearsal', route: place.route, state }),
  });
  const before = earlier.find((one) => one instanceof Rehearsal);
  if (before !== undefined) rehearsal.takeOn(before);
  return rehearsal;
}
