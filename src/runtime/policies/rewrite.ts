import type { Route } from '../../model';
import type { Course } from './course';
import type { HeadEdit } from './head-edit';
import { PathMapping } from './path-mapping';
import type { Policy } from './policy';
import type { PolicyRequest } from './policy-request';

type Rewrite = NonNullable<Route['rewrite']>;

/** Changes what targets see of requests, and clients of responses. */
export class RewritePolicy implements Policy {
  readonly onRequest: Policy['onRequest'];
  readonly onResponse: Policy['onResponse'];
  private readonly mapping: PathMapping | undefined;

  /** @param pattern - the route's path */
  constructor(
    private readonly rewrite: Rewrite,
    pattern: string,
  ) {
    const { path, host, setHeaders, removeHeaders, setResponseHeaders, removeResponseHeaders } = rewrite;
    this.mapping = path === undefined ? undefined : new PathMapping(pattern, path);
    const ofRequest = path !== undefined || host !== undefined || someOf(setHeaders, removeHeaders);
    if (ofRequest) this.onRequest = this.changeRequest;
    if (someOf(setResponseHeaders, removeResponseHeaders)) this.onResponse = this.changeResponse;
  }

  private changeRequest(request: PolicyRequest, course: Course): void {
    const { host, setHeaders, removeHeaders } = this.rewrite;
    if (this.mapping !== undefined) course.target = { path: this.mapping.map(request.path), query: request.query };
    if (host !== undefined) course.host = host;
    change(course.request, setHeaders, removeHeaders);
  }

  private changeResponse(_response: unknown, course: Course): void {
    const { setResponseHeaders, removeResponseHeaders } = this.rewrite;
    change(course.response, setResponseHeaders, removeResponseHeaders);
  }
}

function someOf(set: Readonly<Record<string, string>>, removed: readonly string[]): boolean {
  return removed.length > 0 || Object.keys(set).length > 0;
}

/** A field that is both removed and set is set. */
function change(edit: HeadEdit, set: Readonly<Record<string, string>>, removed: readonly string[]): void {
  for (const name of removed) edit.removeField(name);
  for (const name in set) edit.setField(name, set[name]);
}
