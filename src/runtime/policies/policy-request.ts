/** A request as policies see it. Good until the call that handed it on returns: what is needed later is kept. */
export interface PolicyRequest {
  readonly method: string;
  /** Without the query, as it was sent. */
  readonly path: string;
  /** What stands behind `?`, as it was sent; empty where nothing does. */
  readonly query: string;
  /** In small letters, without a port. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** Who asks, as far as trusted proxies tell. */
  readonly clientAddress: string;
  /** Whether the client knows bodies in chunks, which bodies of unknown length are sent in. */
  readonly chunks: boolean;
  /** The values of a header field, in order. @param name - in small letters */
  field(name: string): readonly string[];
  /** The values of a query parameter, decoded. */
  parameter(name: string): readonly string[];
  /** The first value of a cookie. */
  cookie(name: string): string | undefined;
}

/** A response as policies see it before it is sent: a target's, or one of this side's own. Good as long as the call. */
export interface PolicyResponse {
  readonly status: number;
  /** Who answered, as `host:port`; empty where no target did. */
  readonly target: string;
  /** The tier of who answered; empty where no target did. */
  readonly tier: string;
  /** Whether the fallback answers. */
  readonly fallback: boolean;
  /** The values of a header field, in order. @param name - in small letters */
  field(name: string): readonly string[];
}
