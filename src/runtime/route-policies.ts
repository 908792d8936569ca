import type { NamedRoute } from '../passes';
import type { RuntimeEvent } from './event';
import type { FallbackSource } from './fallbacks';
import { Faults, type Policy, Rehearsal, Split } from './policies';
import type { Registry } from './telemetry';
import type { Pool } from './upstream';

/** What policies need besides their description. */
export interface PolicyParts {
  readonly registry: Registry;
  readonly api: string;
  /** Of the API, by their names. */
  readonly pools: ReadonlyMap<string, Pool>;
  readonly fallback: FallbackSource | undefined;
  /** The clock of the timers, in milliseconds. */
  readonly clock: () => number;
  readonly tell: (event: RuntimeEvent) => void;
  /** Those of the same route as it was described before. */
  readonly earlier: readonly Policy[];
}

/** The policies of a route in the order in which they decide; `undefined` where it has none. */
export function policiesOf({ name, route }: NamedRoute, parts: PolicyParts): readonly Policy[] | undefined {
  const { registry, api, pools, earlier } = parts;
  const place = { registry, api, route: name };
  const policies: Policy[] = [];
  if (route.faults.length > 0) {
    const faults = new Faults(route.faults, place);
    const before = earlier.find((one) => one instanceof Faults);
    if (before !== undefined) faults.takeOn(before);
    policies.push(faults);
  }
  if (route.split !== undefined) policies.push(new Split(route.split, pools, place));
  if (route.rehearsal !== undefined) {
    const rehearsal = rehearsalOf(name, route.rehearsal, parts);
    const before = earlier.find((one) => one instanceof Rehearsal);
    if (before !== undefined) rehearsal.takeOn(before);
    policies.push(rehearsal);
  }
  return policies.length === 0 ? undefined : policies;
}

function rehearsalOf(
  name: string,
  settings: NonNullable<NamedRoute['route']['rehearsal']>,
  { registry, api, fallback, clock, tell }: PolicyParts,
): Rehearsal {
  return new Rehearsal(
    settings,
    { registry, api, route: name },
    {
      random: Math.random,
      wallClock: Date.now,
      now: clock,
      renders: fallback && ((now) => fallback.renders(now)),
      changed: (state) => tell({ kind: 'rehearsal', route: name, state }),
    },
  );
}
