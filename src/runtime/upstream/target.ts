import { joinAddress } from '../../model';
import { HealthState } from '../health';
import type { Outcome, TargetMetrics } from '../telemetry';
import type { TargetTls } from '../tls';
import type { UpstreamConnection } from './connection';
import { ConnectionCount } from './connection-count';
import { Http2Upstreams } from './http2-upstreams';
import { IdleConnections } from './idle-connections';
import { type Sent, Traffic } from './traffic';
import type { UnderWay } from './under-way';
import type { Upstream } from './upstream';
import { PLAIN_WIRE, type Wire } from './wire';

/** A member of a pool. Its health and its connections outlive a reload: the next description's target takes them on. */
export class Target {
  health = new HealthState();
  connections = new ConnectionCount();
  idle = new IdleConnections<UpstreamConnection>();
  http2 = new Http2Upstreams(this.connections);
  traffic = new Traffic();
  /** Whether it is described as draining: it gets no new requests. */
  draining = false;
  /** How TLS to it is done; `undefined` without TLS. */
  readonly tls: TargetTls | undefined;
  /** `host:port`, as metrics and logs name it. */
  readonly name: string;
  /** The same for the same member of the same tier, in every description. */
  key: string;

  constructor(
    readonly pool: string,
    /** `web`, or `web/-1`: the tier that it belongs to. */
    public tier: string,
    readonly host: string,
    readonly port: number,
    public metrics: TargetMetrics,
    /** The name by which it is known: its host, or the name that it was discovered by. */
    readonly serverName: string = host,
    readonly wire: Wire = PLAIN_WIRE,
  ) {
    this.tls = wire.tls?.towards(serverName);
    this.name = joinAddress(host, port);
    this.key = keyOf(tier, this.name);
    this.noteHealth();
  }

  /** Goes on where the same target of an earlier description stands. */
  takeOn(earlier: Target): void {
    this.health = earlier.health;
    this.traffic = earlier.traffic;
    // Connections that speak otherwise, or with somebody else, are of no use here.
    if (earlier.wire.key === this.wire.key && earlier.tls?.serverName === this.tls?.serverName) {
      this.connections = earlier.connections;
      this.idle = earlier.idle;
      this.http2 = earlier.http2;
      if (this.tls !== undefined) this.tls.session = earlier.tls?.session;
    }
    this.noteHealth();
  }

  /** Goes on with what another process has found out. */
  restore(up: boolean, since: number, lastError: string | undefined): void {
    const changed = up !== this.up;
    this.health.set(up, since, lastError);
    if (changed) this.healthChanged();
  }

  /** Whether probes find it well. */
  get up(): boolean {
    return this.health.up;
  }

  /**
   * Whether it may be sent requests: its probes find it well, its real requests do not speak against it, and it does not
   * drain. Looked at for every choice of a target, so that it is a few booleans, which change with events.
   */
  get available(): boolean {
    const { judge } = this.traffic;
    return this.health.up && !this.draining && (judge === undefined || judge.admits);
  }

  /** Whether all the connections that there may be carry requests. */
  get full(): boolean {
    return this.connections.full && (this.wire.http2 ? this.http2.full : this.idle.empty);
  }

  /** Requests that it was sent and that have not come to their end. */
  get inFlight(): number {
    return this.traffic.inFlight;
  }

  /**
   * What is to be told of each request that is sent to it, and of its end, so that it can be cut; `undefined` where
   * requests may take as long as they like.
   */
  get underWay(): UnderWay | undefined {
    return this.traffic.underWay;
  }

  /** A request is being sent to it, to which it was found available just before. @returns what to hand to {@link ended} */
  began(sent?: Sent): number {
    const { traffic } = this;
    traffic.began(sent);
    return traffic.judge === undefined ? 0 : traffic.judge.began();
  }

  /**
   * What came of a request is known: its response has begun, or it failed.
   * @param status - what it answered; 0 for nothing
   * @param milliseconds - until its answer began, or until it failed
   * @param round - what {@link began} returned: what began before a breaker changed its state says nothing about the new
   * one. Left out: it began just now
   */
  ended(outcome: Outcome, status: number, _milliseconds: number, round?: number): void {
    const { judge } = this.traffic;
    this.metrics.attemptDone(outcome);
    if (judge !== undefined) judge.ended(outcome, status, round);
  }

  /** A request and its response are over. */
  left(sent?: Sent): void {
    this.traffic.left(sent);
  }

  /** Its health has changed. Connections to a target that is down are of no use once it is back. */
  healthChanged(): void {
    this.metrics.transitions.value += 1;
    this.noteHealth();
    if (this.up) return;
    this.idle.drop();
    this.http2.drop();
    this.traffic.onTargetDown();
  }

  /** Nobody else is up: counts as up as long as no probe has said otherwise. */
  trust(): void {
    this.health.trust();
    this.noteHealth();
  }

  /** Belongs to another tier from now on. @param metricsOf - of a target of a tier, by its name */
  move(tier: string, metricsOf: (tier: string, target: string) => TargetMetrics): void {
    this.metrics.forget();
    this.tier = tier;
    this.key = keyOf(tier, this.name);
    this.metrics = metricsOf(tier, this.name);
    this.traffic.judge?.moved();
    this.noteHealth();
  }

  /** It was discovered, and is there no more. What was counted goes with it: its like come and go without end. */
  leave(): void {
    this.underWay?.drain();
    this.retireConnections();
    this.metrics.forget();
  }

  /** It is described no more. */
  retire(): void {
    this.underWay?.drain();
    this.retireConnections();
    this.metrics.retire();
  }

  /**
   * A connection that stands, for a request; `undefined` where a new one is needed.
   * @param mostMs - how long it may have waited
   */
  take(now: number, mostMs: number | undefined): Upstream | undefined {
    // Over HTTP/2 nobody closes a connection unannounced, so that one may have waited for as long as it likes.
    return this.wire.http2 ? this.http2.take() : this.idle.take(now, mostMs);
  }

  /** Closes connections that have waited for long. */
  sweep(now: number): void {
    this.idle.sweep(now);
    this.http2.sweep(now);
  }

  /** Uses its connections no more; requests that are under way go on. */
  retireConnections(): void {
    this.idle.retire();
    this.http2.retire();
  }

  private noteHealth(): void {
    this.metrics.up.value = this.up ? 1 : 0;
  }
}

/** What tells a target of a pool from others, in every description. */
function keyOf(tier: string, name: string): string {
  return `${tier} ${name}`;
}
