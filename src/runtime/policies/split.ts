import type { Route } from '../../model';
import { METRICS } from '../../signals';
import type { Cell } from '../telemetry';
import type { Pool } from '../upstream';
import { stayingCookie } from './cookie';
import type { Course } from './course';
import type { Policy } from './policy';
import type { PolicyPlace } from './policy-place';
import type { PolicyRequest } from './policy-request';

interface Arm {
  readonly name: string;
  readonly weight: number;
  readonly pools: readonly Pool[];
  readonly requests: Cell;
  /** Grows by the weight with every choice; the highest is chosen, and pays what all have gained. */
  credit: number;
}

/**
 * Gives requests to the arms of a split by smooth weighted round robin: over a whole cycle each gets exactly its share.
 * With a cookie a client stays with its arm as long as that has a weight: one whose weight becomes 0 loses everybody at
 * once, so that a bad release can be taken back.
 */
export class Split implements Policy {
  private readonly arms: readonly Arm[];
  private readonly cookie: string | undefined;

  /** @param pools - of the API, by their names */
  constructor(
    { arms, affinity }: NonNullable<Route['split']>,
    pools: ReadonlyMap<string, Pool>,
    { registry, api, route }: PolicyPlace,
  ) {
    this.cookie = affinity?.cookie;
    this.arms = arms
      .filter(({ weight }) => weight > 0)
      .map(({ name, weight, tiers }) => ({
        name,
        weight,
        pools: tiers.flatMap((tier) => pools.get(tier) ?? []),
        requests: registry.cell(METRICS.splitRequests, api, route, name),
        credit: 0,
      }));
  }

  onRequest(request: PolicyRequest, course: Course): void {
    const { cookie } = this;
    const before = cookie === undefined ? undefined : this.armOf(request.cookie(cookie));
    const arm = before ?? this.next();
    if (arm === undefined) return;
    course.pools = arm.pools;
    course.arm = arm.name;
    arm.requests.value += 1;
    if (cookie !== undefined && before === undefined) {
      course.response.addField('Set-Cookie', stayingCookie(cookie, arm.name, request.scheme));
    }
  }

  /** The arm that a client was given before; `undefined` where there is none of that name, or nobody is given to it. */
  private armOf(name: string | undefined): Arm | undefined {
    return name === undefined ? undefined : this.arms.find((arm) => arm.name === name);
  }

  private next(): Arm | undefined {
    let chosen: Arm | undefined;
    let total = 0;
    for (const arm of this.arms) {
      arm.credit += arm.weight;
      total += arm.weight;
      if (chosen === undefined || arm.credit > chosen.credit) chosen = arm;
    }
    if (chosen !== undefined) chosen.credit -= total;
    return chosen;
  }
}
