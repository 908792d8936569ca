/** What a client has done. */
export interface Work {
  /** Requests, connections or messages that were answered as they should be. */
  readonly operations: number;
  /** What went wrong besides. */
  readonly failure?: string;
}

/** Where a client finds a proxy. */
export interface Destination {
  readonly port: number;
}
