import type { Engine } from './engine';
import { Exchange } from './exchange';

/** More than this many wait only where many clients are slow. */
const MOST = 1_024;

/**
 * Exchanges that wait for a request. A connection has one only while a request is under way, so that idle connections
 * cost little memory (1.6 KB each instead of 3.9), and busy ones share what the processor's caches hold.
 */
export class SpareExchanges {
  private readonly spare: Exchange[] = [];

  take(engine: Engine): Exchange {
    return this.spare.pop() ?? new Exchange(engine);
  }

  /** @param exchange - one whose request has ended */
  give(exchange: Exchange): void {
    if (this.spare.length < MOST) this.spare.push(exchange);
  }
}
