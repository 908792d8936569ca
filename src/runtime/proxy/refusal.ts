import type { Engine } from './engine';
import type { Entrance } from './entrance';

/** What is known of a request that no route took. */
interface Refused {
  readonly method: string;
  readonly host: string;
  readonly path: string;
}

/** What was no request has no words of its own: nothing that stood there is to be trusted, even in a log. */
const UNREADABLE: Refused = { method: '', host: '', path: '' };

/** Counts and logs a request that was refused before a route was chosen, or sent elsewhere. */
export function noteRefusal(
  engine: Engine,
  entrance: Entrance,
  client: string,
  status: number,
  { method, host, path }: Refused = UNREADABLE,
): void {
  const refused = status >= 400;
  if (refused) entrance.refused(status);
  engine.log?.write({
    time: Date.now(),
    client,
    method,
    host,
    path,
    status,
    bytes: 0,
    durationMs: 0,
    route: '',
    tier: '',
    target: '',
    attempts: 0,
    fallback: false,
    reason: refused ? 'refused' : 'redirected',
  });
}
