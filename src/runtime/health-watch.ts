import type { HealthCheck } from '../model';
import type { Configuration } from './configuration';
import type { RuntimeEvent } from './event';
import { writeProxyHeader } from './forwarding';
import { HealthChecker, probe } from './health';
import type { Names } from './names';
import type { MemberChange, Target } from './upstream';

const NONE = 'none';

/** What the health of a configuration's targets comes from. */
export interface HealthSource {
  start(): void;
  /** Targets have joined the configuration, or left it. */
  follow(change: MemberChange): void;
  stop(): void;
}

/** Probes the targets of a configuration, and tells what changes because of it. */
export class HealthWatch implements HealthSource {
  private readonly checkers = new Map<Target, HealthChecker>();
  private readonly serving = new Map<string, string>();

  constructor(
    private readonly configuration: Configuration,
    private readonly names: Names,
    private readonly tell: (event: RuntimeEvent) => void,
    /** Is told of a target that has changed, before anyone else. */
    private readonly changed: (target: Target) => void = () => {},
  ) {}

  start(): void {
    const { targets, routes } = this.configuration;
    for (const route of routes) this.serving.set(route.name, route.servingTier?.name ?? NONE);
    for (const target of targets) this.watch(target);
  }

  follow({ joined, left }: MemberChange): void {
    for (const target of left) {
      this.checkers.get(target)?.stop();
      this.checkers.delete(target);
    }
    this.noteTiers();
    for (const target of joined) this.watch(target);
  }

  stop(): void {
    for (const checker of this.checkers.values()) checker.stop();
  }

  private watch(target: Target): void {
    const { healthCheck } = this.configuration.api.pools[target.pool];
    const checker = new HealthChecker(
      healthCheck,
      () => this.probe(target, healthCheck),
      (error) => this.found(target, error),
    );
    this.checkers.set(target, checker);
    checker.start();
  }

  /** A target is healthy where one of its addresses is. */
  private async probe({ host, port, serverName, tls, wire }: Target, check: HealthCheck): Promise<string | undefined> {
    let error: string | undefined = 'ENOTFOUND';
    const announcement = wire.proxyProtocol && writeProxyHeader(wire.proxyProtocol, undefined);
    for (const address of this.names.addressesOf(host)) {
      error = await probe({ host: serverName, address, port, announcement, tls, http2: wire.http2 }, check);
      this.names.tried(host, address, error === undefined);
      if (error === undefined) return undefined;
    }
    return error;
  }

  private found(target: Target, error: string | undefined): void {
    const { api } = this.configuration;
    const first = target.health.unknown;
    const changed = target.health.record(error, api.pools[target.pool].healthCheck);
    if (changed) target.healthChanged();
    // Who goes by what is told here must not trust a target that has failed its first probe.
    if (changed || first) this.changed(target);
    if (!changed) return;
    const state = target.up ? 'up' : 'down';
    this.tell({ kind: 'target', pool: target.pool, target: target.name, state, reason: error });
    this.noteTiers();
  }

  private noteTiers(): void {
    for (const route of this.configuration.routes) {
      const from = this.serving.get(route.name) ?? NONE;
      const to = route.servingTier?.name ?? NONE;
      if (from === to) continue;
      this.serving.set(route.name, to);
      route.metrics.tierSwitched(from, to);
      this.tell({ kind: 'tier', route: route.name, from, to });
    }
  }
}
