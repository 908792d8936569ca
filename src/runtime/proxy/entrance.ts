import type { Listener } from '../../model';
import type { Router } from '../routing';
import type { Cell } from '../telemetry';
import type { ClientConnection } from './client-connection';
import type { ServedRoute } from './served-route';

/** Requests that were refused, or found no route, by status. */
export type CountRefused = (status: number) => void;

/** An open listener, as its connections see it; a reload replaces the router and the limits between two requests. */
export interface Entrance {
  router: Router<ServedRoute>;
  limits: Listener['limits'];
  readonly refused: CountRefused;
  /** Open client connections. */
  readonly connections: Cell;
  readonly clients: Set<ClientConnection>;
  /** Whether connections end with their current request. */
  closing: boolean;
}
