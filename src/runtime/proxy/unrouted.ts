import type { Entrance } from './entrance';
import type { RequestView } from './request-view';

/** The port of https that a URL need not name. */
const HTTPS_PORT = 443;

/** A host with its port, or without. */
const HOST = /^(\[[^\]]*\]|[^:]*)/;

/** What a request gets that no route takes. */
export interface Unrouted {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends it to the https listener where there is one, else tells which methods would have found a route. */
export function unrouted({ redirectPort, router }: Entrance, view: RequestView): Unrouted {
  if (redirectPort !== undefined) return redirect(redirectPort, view);
  const allowed = router.allowedMethods(view);
  return allowed.length === 0 ? { status: 404, headers: {} } : { status: 405, headers: { Allow: allowed.join(', ') } };
}

/** The same host and target by https; 308, so that a POST stays one. */
function redirect(port: number, { head, bytes, path }: RequestView): Unrouted {
  const [host] = HOST.exec(head.host(bytes)) ?? [''];
  // HTTP/1.0 need not name a host, and then there is nowhere to go.
  if (host === '') return { status: 400, headers: {} };
  const query = bytes.toString('latin1', head.pathEnd, head.targetEnd);
  return {
    status: 308,
    headers: { Location: `https://${host}${port === HTTPS_PORT ? '' : `:${port}`}${path}${query}` },
  };
}
