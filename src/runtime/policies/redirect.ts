import type { Route } from '../../model';
import type { Course } from './course';
import { PathMapping } from './path-mapping';
import type { Policy } from './policy';
import type { PolicyRequest } from './policy-request';

type Redirect = NonNullable<Route['redirect']>;

/** What browsers read as the beginning of `//host`, which would lead to whatever host a client has written there. */
const SLASHES = /^[/\\]+/;

/** Sends clients elsewhere: with the query that they came with, and with what is encoded in it as they sent it. */
export class RedirectPolicy implements Policy {
  private readonly mapping: PathMapping | undefined;

  /** @param pattern - the route's path */
  constructor(
    private readonly redirect: Redirect,
    pattern: string,
  ) {
    const { path } = redirect;
    this.mapping = path === undefined ? undefined : new PathMapping(pattern, path);
  }

  onRequest(request: PolicyRequest, course: Course): void {
    const headers = { Location: this.location(request) };
    course.decide(this.redirect.status, { contentType: undefined, body: '', headers }, 'redirect');
  }

  /** Without a host of its own it says none, so that clients stay where they are, whatever they called it, and its port. */
  private location({ path, query, scheme }: PolicyRequest): string {
    const { host } = this.redirect;
    const to = (this.mapping?.map(path) ?? path).replace(SLASHES, '/');
    const target = query === '' ? to : `${to}?${query}`;
    return host === undefined ? target : `${scheme}://${host}${target}`;
  }
}
