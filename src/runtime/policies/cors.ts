import type { Route } from '../../model';
import { preflightMethod } from '../routing';
import type { Course } from './course';
import type { Policy } from './policy';
import type { PolicyRequest, PolicyResponse } from './policy-request';
import { varyBy } from './vary';

type Cors = NonNullable<Route['cors']>;

const ORIGIN = Symbol('cors');
const PREFLIGHT = 'preflight';
const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';
const ALLOW_CREDENTIALS = 'Access-Control-Allow-Credentials';

/**
 * Cross-origin requests (the Fetch standard, section 3.3): tells browsers which pages may read the answers, and answers
 * what they ask beforehand. What targets say of it themselves is replaced.
 */
export class CorsPolicy implements Policy {
  private readonly origins: ReadonlySet<string>;
  /** Whether every origin may read, so that all responses say the same. */
  private readonly every: boolean;
  private readonly answers: Readonly<Record<string, string>>;

  constructor(private readonly cors: Cors) {
    const { origins, methods, headers, maxAge } = cors;
    this.origins = new Set(origins.map((origin) => origin.toLowerCase()));
    this.every = this.origins.has('*');
    this.answers = {
      'Access-Control-Allow-Methods': methods.join(', '),
      ...(headers.length === 0 ? {} : { 'Access-Control-Allow-Headers': headers.join(', ') }),
      'Access-Control-Max-Age': String(Math.floor(maxAge / 1000)),
    };
  }

  onRequest(request: PolicyRequest, course: Course): void {
    const origin = this.allowed(request.field('origin'));
    if (preflightMethod(request) !== undefined) {
      const vary: Record<string, string> = this.every ? {} : { Vary: 'Origin' };
      const headers = origin === undefined ? vary : { ...this.fieldsFor(origin), ...this.answers, ...vary };
      course.decide(204, { contentType: undefined, body: '', headers }, PREFLIGHT);
    } else if (origin !== undefined) course.kept.set(ORIGIN, origin);
  }

  onResponse(response: PolicyResponse, course: Course): void {
    if (course.answer?.reason === PREFLIGHT) return;
    const edit = course.response;
    for (const name of [ALLOW_ORIGIN, ALLOW_CREDENTIALS]) edit.removeField(name);
    const origin = this.every ? '*' : (course.kept.get(ORIGIN) as string | undefined);
    if (origin !== undefined)
      for (const [name, value] of Object.entries(this.fieldsFor(origin))) edit.setField(name, value);
    if (!this.every) varyBy('Origin', response, course);
  }

  private fieldsFor(origin: string): Record<string, string> {
    const fields = { [ALLOW_ORIGIN]: origin };
    return this.cors.credentials ? { ...fields, [ALLOW_CREDENTIALS]: 'true' } : fields;
  }

  /** The origin as it is told to the browser; `undefined` where it may not read. */
  private allowed(found: readonly string[]): string | undefined {
    if (this.every) return '*';
    return found.length === 1 && this.origins.has(found[0].toLowerCase()) ? found[0] : undefined;
  }
}
