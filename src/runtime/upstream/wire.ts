import type { Api } from '../../model';
import type { TargetStore } from '../tls';

/** How the targets of a pool are spoken to. */
export interface Wire {
  /** The version of the PROXY protocol by which they are told who asks. */
  readonly proxyProtocol: 'v1' | 'v2' | undefined;
  /** Whether they are spoken to in HTTP/2. */
  readonly http2: boolean;
  /** How TLS to them is done; `undefined` without TLS. */
  readonly tls: TargetStore | undefined;
  /** The same for wires that speak alike, so that connections of one serve the other. */
  readonly key: string;
}

/** Plain HTTP, and no word about who asks but that of the request. */
export const PLAIN_WIRE: Wire = { proxyProtocol: undefined, http2: false, tls: undefined, key: '' };

/** The wire that a pool describes. */
export function wireOf({ proxyProtocol, http2 }: Api['pools'][string], tls?: TargetStore): Wire {
  return { proxyProtocol, http2, tls, key: `${proxyProtocol ?? ''} ${http2 ? 'h2' : ''} ${tls?.identity ?? ''}` };
}
