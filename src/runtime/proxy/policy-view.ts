import type { ResponseHead } from '../http';
import { cookieIn, type PolicyRequest, type PolicyResponse } from '../policies';
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
    cookie: (name) => cookieIn(view.field('cookie'), name),
  };
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
