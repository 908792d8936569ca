import type { Course } from './course';
import type { PolicyRequest, PolicyResponse } from './policy-request';

/**
 * One thing that a route does with its requests besides sending them on. A route that has none has no policies, and its
 * requests no {@link Course}.
 */
export interface Policy {
  /** A request has come, and none of the policies before has decided it. */
  onRequest?(request: PolicyRequest, course: Course, now: number): void;
  /** A response is about to be sent, whoever gave it. */
  onResponse?(response: PolicyResponse, course: Course, now: number): void;
}
