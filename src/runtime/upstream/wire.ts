import type { Api } from '../../model';

/** How the targets of a pool are spoken to. */
export interface Wire {
  /** The version of the PROXY protocol by which they are told who asks. */
  readonly proxyProtocol: 'v1' | 'v2' | undefined;
  /** Whether they are spoken to in HTTP/2. */
  readonly http2: boolean;
  /** The same for wires that speak alike, so that connections of one serve the other. */
  readonly key: string;
}

/** Plain HTTP, and no word about who asks but that of the request. */
export const PLAIN_WIRE: Wire = { proxyProtocol: undefined, http2: false, key: '' };

/** The wire that a pool describes. */
export function wireOf({ proxyProtocol, http2 }: Api['pools'][string]): Wire {
  return { proxyProtocol, http2, key: `${proxyProtocol ?? ''} ${http2 ? 'h2' : ''}` };
}
