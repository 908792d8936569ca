import type { Route } from '../../model';
import { targetId } from '../balancing';
import { stayingCookie } from './cookie';
import type { Course } from './course';
import type { Policy } from './policy';
import type { PolicyRequest, PolicyResponse } from './policy-request';

/** Identifiers that are remembered; with more targets than that they are worked out again. */
const MOST_IDS = 16_384;

const SCHEME = Symbol('scheme');

/**
 * Keeps a client with the target that answered it, by a cookie. The target answers again as long as it is available and
 * its tier serves; then another one does, which the client stays with from there on.
 */
export class Affinity implements Policy {
  private readonly cookie: string;
  private readonly ids = new Map<string, string>();

  constructor({ cookie }: NonNullable<Route['affinity']>) {
    this.cookie = cookie;
  }

  onRequest(request: PolicyRequest, course: Course): void {
    course.sticky = request.cookie(this.cookie);
    course.kept.set(SCHEME, request.scheme);
  }

  onResponse({ target, fallback }: PolicyResponse, course: Course): void {
    // Who answers a rehearsal is one whom the client would not have met otherwise.
    if (target === '' || fallback || course.rehearsal !== undefined) return;
    const id = this.idOf(target);
    if (id === course.sticky) return;
    const scheme = course.kept.get(SCHEME) as PolicyRequest['scheme'];
    course.response.addField('Set-Cookie', stayingCookie(this.cookie, id, scheme));
  }

  private idOf(target: string): string {
    const known = this.ids.get(target);
    if (known !== undefined) return known;
    if (this.ids.size >= MOST_IDS) this.ids.clear();
    const id = targetId(target);
    this.ids.set(target, id);
    return id;
  }
}
