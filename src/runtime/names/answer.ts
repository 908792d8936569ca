/** IPv4 or IPv6. */
export type Family = 4 | 6;

/** Where an instance of a service is: one SRV record (RFC 2782). */
export interface Service {
  readonly host: string;
  readonly port: number;
  /** The lower, the sooner it is used. */
  readonly priority: number;
  /** Share among those of the same priority; 0 is the least. */
  readonly weight: number;
}

/** What came of a question for the records of one type. */
export type Answer<Value> =
  | {
      readonly kind: 'found';
      readonly values: readonly Value[];
      /** How long they are good, in milliseconds; `undefined` where nobody says. */
      readonly ttlMs: number | undefined;
    }
  /** There is no such name, or it has no such record. */
  | { readonly kind: 'nothing' }
  /** No name server could be asked. */
  | { readonly kind: 'unreachable' }
  /** Those that were asked gave no answer, or refused. */
  | { readonly kind: 'failed' };
