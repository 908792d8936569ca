/** What balancing looks at in a target. */
export interface Candidate {
  /** `host:port`. */
  readonly name: string;
  /** Whether it may be sent requests. */
  readonly available: boolean;
  /** Whether it takes no new requests, whatever its health. */
  readonly draining: boolean;
  /** Whether all the connections that there may be carry requests. */
  readonly full: boolean;
  /** Requests that it was sent and that have not come to their end. */
  readonly inFlight: number;
}

/** A target with its share of the requests. */
export interface Member<Target extends Candidate = Candidate> {
  readonly target: Target;
  /** Its share as described, above 0. */
  readonly weight: number;
  /** Its share now: less than its weight in slow start, and above 0. */
  share: number;
  /** How much it is due: see `RoundRobin`. */
  credit: number;
}

/** Chooses one of the members of a tier for each request. */
export interface Balancer<Target extends Candidate = Candidate> {
  /** These are the members from now on; it is told of every change of them. Their shares change without a word. */
  update(members: readonly Member<Target>[]): void;
  /**
   * The member whose turn it is, of those that are {@link eligible}; `undefined` where none is.
   * @param panic - whether health is ignored
   * @param hash - of what the pool hashes, from 0 below 2^32; `undefined` where it hashes nothing, or the request has no such thing
   */
  next(tried: readonly Candidate[], panic: boolean, hash: number | undefined): Member<Target> | undefined;
}

/** Whether a target may be chosen for a request that was sent to others before. */
export function eligible(target: Candidate, tried: readonly Candidate[], panic: boolean): boolean {
  if (panic ? target.draining : !target.available) return false;
  return !target.full && (tried.length === 0 || !tried.includes(target));
}

/** How busy a member would be with one request more, for its share. */
export function loadOf({ target, share }: Member): number {
  return (target.inFlight + 1) / share;
}
