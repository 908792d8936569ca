import type { Judge } from '../judging';
import type { UnderWay } from './under-way';

/** A request that was sent to a target. It is a link of a chain itself, so that keeping it makes nothing. */
export interface Sent {
  next: Sent | undefined;
  previous: Sent | undefined;
  /** Probes have found that its target is down. */
  onTargetDown(): void;
}

/** The real requests of a target. They outlive a reload: what began under one description ends under the next. */
export class Traffic {
  /** Requests that it was sent and that have not come to their end. */
  inFlight = 0;
  /** `undefined` where its pool has neither ejection nor breaker. */
  judge: Judge | undefined;
  /** `undefined` where its pool has no drain timeout. */
  underWay: UnderWay | undefined;
  private first: Sent | undefined;

  /** @param sent - left out: it is only counted */
  began(sent?: Sent): void {
    const { first } = this;
    this.inFlight += 1;
    if (sent === undefined) return;
    sent.next = first;
    if (first !== undefined) first.previous = sent;
    this.first = sent;
  }

  /** @param sent - what {@link began} was told */
  left(sent?: Sent): void {
    this.inFlight -= 1;
    if (sent === undefined) return;
    const { next, previous } = sent;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    sent.next = undefined;
    sent.previous = undefined;
  }

  /** Tells all that were sent, which may end because of it, and others with them. */
  onTargetDown(): void {
    const all: Sent[] = [];
    for (let sent = this.first; sent !== undefined; sent = sent.next) all.push(sent);
    for (const sent of all) sent.onTargetDown();
  }
}
