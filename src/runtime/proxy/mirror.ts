import { type AttemptFailure, isSafe } from '../../model';
import type { ResponseHead } from '../http';
import type { Choice, Gate, Pool, Target, Upstream } from '../upstream';
import type { Engine } from './engine';
import { Leg, type LegOwner } from './leg';
import type { ServedRoute } from './served-route';

/** Copies under way at once of one data plane: a pool that hangs must not cost the service its memory. */
const MOST = 256;

const underWay = new WeakMap<Engine, { count: number }>();

/** Sends a copy of a request to a pool, and throws away what it answers. */
export class Mirror implements LegOwner {
  readonly connectTimeout: number;
  readonly deadline: number;
  readonly asker = undefined;
  private readonly leg: Leg;
  private readonly responseTimeout: number;

  private constructor(
    private readonly engine: Engine,
    private readonly route: ServedRoute,
    private readonly octets: Buffer,
    private readonly method: string,
    private readonly load: { count: number },
  ) {
    this.connectTimeout = route.connectTimeout;
    this.responseTimeout = route.responseTimeout;
    this.deadline = engine.wheel.now + route.requestTimeout;
    this.leg = new Leg(engine, this);
  }

  /** @param octets - the whole request as targets get it; they are copied */
  static send(engine: Engine, route: ServedRoute, pool: Pool, octets: Buffer, method: string) {
    const load = loadOf(engine);
    const place = load.count < MOST ? placeIn(pool, method, engine.wheel.now) : undefined;
    if (place === undefined) return route.metrics.mirrored('dropped');
    load.count += 1;
    new Mirror(engine, route, Buffer.from(octets), method, load).leg.start(place.target, place.gate, undefined);
  }

  onLegConnecting(): void {}

  onLegReady(leg: Leg, upstream: Upstream): void {
    upstream.send(this.octets, this.method, false);
    leg.timer.set(Math.min(this.responseTimeout, this.deadline - this.engine.wheel.now));
  }

  mayRepeat(): boolean {
    return true;
  }

  onLegFailed(_leg: Leg, _failure: AttemptFailure): void {
    this.over('failed');
  }

  mayGoElsewhere(): boolean {
    return false;
  }

  onLegInterim(): void {}

  onLegResponse(leg: Leg, head: ResponseHead): void {
    leg.tell(head.status >= 500 ? '5xx' : 'ok', head.status);
    leg.timer.set(this.route.idleTimeout);
    this.onLegBody();
  }

  /** Nobody asked for another protocol. */
  onLegSwitch(): void {
    this.over('failed');
  }

  onLegBody(): void {
    if (this.leg.upstream?.bodyDone) this.over('sent');
  }

  onLegBodyEnd(): void {
    this.over('sent');
  }

  onLegDrained(): void {}

  onLegBroken(): void {
    this.over('failed');
  }

  private over(outcome: 'sent' | 'failed'): void {
    this.load.count -= 1;
    this.leg.leave(true);
    this.leg.timer.drop();
    this.route.metrics.mirrored(outcome);
  }
}

function loadOf(engine: Engine): { count: number } {
  const load = underWay.get(engine) ?? { count: 0 };
  underWay.set(engine, load);
  return load;
}

/** Where a copy goes: what real requests leave free. */
function placeIn({ tiers }: Pool, method: string, now: number): { target: Target; gate: Gate | undefined } | undefined {
  const choice: Choice = { tried: [], safe: isSafe(method), sticky: undefined, now, hash: () => undefined };
  for (const tier of tiers) {
    const { gate } = tier;
    if (!tier.serves(choice) || gate?.tryEnter('sheddable') === false) continue;
    const target = tier.next(choice);
    if (target !== undefined) return { target, gate };
    gate?.leave(0, false);
  }
  return undefined;
}
