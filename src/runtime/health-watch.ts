import type { HealthCheck } from '../model';
import { poolsOf } from '../passes';
import type { Configuration } from './configuration';
import type { RuntimeEvent } from './event';
import { writeProxyHeader } from './forwarding';
import { FirstProbes, HealthChecker, probe } from './health';
import type { Names } from './names';
import type { ServedRoute } from './proxy';
import { sameData } from './same-data';
import type { Transport } from './transport';
import type { MemberChange, Target } from './upstream';

const NONE = 'none';

/** What the health of a configuration's targets comes from. */
export interface HealthSource {
  /** @param before - what the health of the configuration before came from */
  start(before?: HealthSource): void;
  /** Targets have joined the configuration, or left it. */
  follow(change: MemberChange): void;
  /** Targets of a pool have become available, or are so no more, because of their real requests. */
  availabilityChanged(pool: string): void;
  stop(): void;
}

/** Probes the targets of a configuration, and tells what changes because of it. */
export class HealthWatch implements HealthSource {
  private readonly checkers = new Map<Target, HealthChecker>();
  private readonly serving = new Map<string, string>();
  /** The routes that a pool serves, by its name. */
  private readonly routes = new Map<string, ServedRoute[]>();

  constructor(
    private readonly configuration: Configuration,
    private readonly names: Names,
    private readonly transport: Transport,
    private readonly tell: (event: RuntimeEvent) => void,
    /** Is told of a target that has changed, before anyone else. */
    private readonly changed: (target: Target) => void = () => {},
  ) {}

  start(before?: HealthSource): void {
    const { targets, routes, api } = this.configuration;
    for (const route of routes) {
      this.serving.set(route.name, route.servingTier?.name ?? NONE);
      for (const pool of new Set(poolsOf(api.routes[route.name]))) {
        const served = this.routes.get(pool);
        if (served === undefined) this.routes.set(pool, [route]);
        else served.push(route);
      }
    }
    const first = new FirstProbes();
    const earlier = before instanceof HealthWatch ? before : undefined;
    for (const target of targets) this.watch(target, earlier?.dueIn(target, this.configuration) || first.next());
  }

  follow({ joined, left }: MemberChange): void {
    for (const target of left) {
      this.checkers.get(target)?.stop();
      this.checkers.delete(target);
    }
    for (const pool of new Set([...joined, ...left].map((target) => target.pool))) this.noteTiers(pool);
    const first = new FirstProbes();
    for (const target of joined) this.watch(target, first.next());
  }

  availabilityChanged(pool: string): void {
    this.noteTiers(pool);
  }

  stop(): void {
    for (const checker of this.checkers.values()) checker.stop();
  }

  /**
   * In how many milliseconds the same target of a later configuration is to be probed; `undefined` where it is not there, is
   * checked otherwise, or was being probed.
   */
  private dueIn(target: Target, next: Configuration): number | undefined {
    const own = this.checkers.has(target) ? target : this.configuration.sameAs(target);
    const checker = own && this.checkers.get(own);
    const check = next.api.pools[target.pool].healthCheck;
    if (checker === undefined || own?.wire.key !== target.wire.key) return undefined;
    return sameData(checker.check, check) ? checker.dueIn : undefined;
  }

  private watch(target: Target, delayMs: number): void {
    const { healthCheck } = this.configuration.api.pools[target.pool];
    const checker = new HealthChecker(
      healthCheck,
      () => this.probe(target, healthCheck),
      (error) => this.found(target, error),
    );
    this.checkers.set(target, checker);
    checker.start(delayMs);
  }

  /** A target is healthy where one of its addresses is. */
  private async probe({ host, port, serverName, tls, wire }: Target, check: HealthCheck): Promise<string | undefined> {
    let error: string | undefined = 'ENOTFOUND';
    const announcement = wire.proxyProtocol && writeProxyHeader(wire.proxyProtocol, undefined);
    for (const address of this.names.addressesOf(host)) {
      error = await probe(
        { host: serverName, address, port, announcement, tls, http2: wire.http2 },
        check,
        this.transport,
      );
      this.names.tried(host, address, error === undefined);
      if (error === undefined) return undefined;
    }
    return error;
  }

  private found(target: Target, error: string | undefined): void {
    const { api } = this.configuration;
    const { unknown: first, held } = target.health;
    const changed = target.health.record(error, api.pools[target.pool].healthCheck);
    if (changed) target.healthChanged();
    // Who goes by what is told here must not trust a target that has failed its first probe.
    if (changed || first) this.changed(target);
    if (target.health.held && !held) this.noteFlapping(target);
    if (!changed) return;
    const state = target.up ? 'up' : 'down';
    this.tell({ kind: 'target', pool: target.pool, target: target.name, state, reason: error });
    this.noteTiers(target.pool);
  }

  private noteFlapping({ pool, name, metrics, health: { heldMs: ms } }: Target): void {
    metrics.heldDown();
    this.tell({ kind: 'flapping', pool, target: name, ms });
  }

  /** The targets of a pool have changed. */
  private noteTiers(pool: string): void {
    for (const route of this.routes.get(pool) ?? []) {
      const from = this.serving.get(route.name) ?? NONE;
      const to = route.servingTier?.name ?? NONE;
      if (from === to) continue;
      this.serving.set(route.name, to);
      route.metrics.tierSwitched(from, to);
      this.tell({ kind: 'tier', route: route.name, from, to });
    }
  }
}
