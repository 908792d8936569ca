import type { Listener } from '../../model';
import type { ForwardingRules } from '../forwarding';
import type { Router } from '../routing';
import type { Cell } from '../telemetry';
import type { ServerTls } from '../transport';
import type { Clients } from './clients';
import type { ServedRoute } from './served-route';

/** A connection that came through a listener. */
export interface Client {
  /** Ends at once where no request is under way, else after it. */
  drain(): void;
  /** Ends now. */
  close(): void;
}

/** Requests that were refused, or found no route, by status. */
export type CountRefused = (status: number) => void;

/** An open listener, as its connections see it; a reload replaces the router and the limits between two requests. */
export interface Entrance {
  router: Router<ServedRoute>;
  limits: Listener['limits'];
  /** The port of the https listener to which requests without a route are sent; `undefined` where they are refused. */
  redirectPort: number | undefined;
  /** Whether HTTP/2 is spoken to clients that want it. */
  http2: boolean;
  /** How connections begin with TLS, as of now; `undefined` where they do not. */
  tls: { readonly current: ServerTls } | undefined;
  /** Whether connections begin with a PROXY protocol header. */
  proxyProtocol: boolean;
  /** Whether a target wants to be told of both ends of a client's connection. */
  tellsEndpoints: boolean;
  /** How targets are told who asks. */
  forwarding: ForwardingRules;
  readonly refused: CountRefused;
  /** Open client connections. */
  readonly connections: Cell;
  /** Client connections for which there was no room. */
  readonly turnedAway: Cell;
  /** TLS handshakes that came to nothing. */
  readonly handshakeFailures: Cell;
  readonly clients: Clients;
  /** Whether connections end with their current request. */
  closing: boolean;
}
