import type { Target } from '../upstream';
import type { Engine } from './engine';
import type { ExchangeClient } from './exchange-client';
import type { RequestView } from './request-view';
import type { ServedRoute } from './served-route';

/** What is counted and logged of a request once it has ended. One object is filled again and again. */
export class RequestRecord {
  method = '';
  /** What the client was sent; 0 for nothing. */
  status = 0;
  /** Whether the fallback answered. */
  fallback = false;
  /** Why the request did not go as it should; empty where it did. */
  reason = '';
  private client!: ExchangeClient;
  /** Who asked; on one connection, others may ask meanwhile. */
  private address = '';
  private path = '';
  private host = '';
  private startedAt = 0;
  /** How much the client had been sent before. */
  private sentBefore = 0;

  constructor(private readonly engine: Engine) {}

  begin(client: ExchangeClient, view: RequestView, now: number): void {
    this.client = client;
    this.address = client.forwarded.address;
    this.method = view.method;
    this.path = view.path;
    this.host = this.engine.log === undefined ? '' : view.head.host(view.bytes);
    this.startedAt = now;
    this.sentBefore = client.octetsSent;
    this.status = 0;
    this.fallback = false;
    this.reason = '';
    this.engine.inFlight.value += 1;
  }

  /** @param target - who answered; `undefined` where no target did */
  end({ name, metrics }: ServedRoute, target: Target | undefined, attempts: number): void {
    const { engine, status } = this;
    const tier = target?.tier ?? '';
    engine.inFlight.value -= 1;
    const durationMs = performance.now() - this.startedAt;
    metrics.requestDone(tier, status, durationMs / 1000);
    engine.log?.write({
      time: Date.now() - durationMs,
      client: this.address,
      method: this.method,
      host: this.host,
      path: this.path,
      status,
      bytes: this.client.octetsSent - this.sentBefore,
      durationMs,
      route: name,
      tier,
      target: target?.name ?? '',
      attempts,
      fallback: this.fallback,
      reason: this.reason,
    });
  }
}
