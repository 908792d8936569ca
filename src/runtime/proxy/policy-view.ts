import type { ResponseHead } from '../http';
import type { PolicyRequest, PolicyResponse } from '../policies';
import type { RequestView } from './request-view';

/** A request as policies see it. */
export function policyRequest(
  view: RequestView,
  scheme: PolicyRequest['scheme'],
  clientAddress: string,
): PolicyRequest {
  const { head, bytes } = view;
  return {
    method: view.method,
    path: view.path,
    query: head.query(bytes),
    host: view.host,
    scheme,
    clientAddress,
    chunks: head.minor > 0,
    field: (name) => view.field(name),
    parameter: (name) => view.parameter(name),
    cookie: (name) => cookieOf(view.field('cookie'), name),
  };
}

/** The first cookie of a name (RFC 6265, section 4.2). */
function cookieOf(fields: readonly string[], name: string): string | undefined {
  for (const pair of fields.flatMap((field) => field.split(';'))) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** A response as policies see it. @param target - who gave it; empty where it is this side's own */
export function policyResponse(
  head: ResponseHead,
  bytes: Buffer,
  target: string,
  tier: string,
  fallback: boolean,
): PolicyResponse {
  return { status: head.status, target, tier, fallback, field: (name) => head.field(bytes, name) };
}
