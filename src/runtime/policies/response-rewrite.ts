import type { Route } from '../../model';
import { mayHaveBody } from '../http';
import { Conditions, type Kept } from './conditions';
import type { Course } from './course';
import type { Policy } from './policy';
import type { PolicyRequest, PolicyResponse } from './policy-request';

type Rule = Route['responseRewrite'][number];

const KEPT = Symbol('responseRewrite');
const NOTHING: Kept = [];

/** Fields that describe a body, and so go with it (RFC 9110, section 8.8.1 and section 14; RFC 9530). */
const OF_THE_BODY = [
  ...['content-encoding', 'content-language', 'content-range', 'accept-ranges', 'etag', 'last-modified'],
  ...['content-md5', 'content-digest', 'repr-digest', 'digest'],
];

/** Replaces parts of responses: by the first rule whose conditions hold. */
export class ResponseRewritePolicy implements Policy {
  private readonly conditions: Conditions;
  /** Only where conditions look at requests. */
  readonly onRequest: Policy['onRequest'];

  /** @param rules - in order */
  constructor(private readonly rules: readonly Rule[]) {
    this.conditions = new Conditions(rules.map(({ when }) => when));
    if (this.conditions.needsRequest) this.onRequest = this.keep;
  }

  onResponse(response: PolicyResponse, course: Course): void {
    const kept = (course.kept.get(KEPT) as Kept | undefined) ?? NOTHING;
    const rule = this.rules[this.conditions.first(kept, response)];
    if (rule === undefined) return;
    // A part of a body is none of the new one.
    const status = rule.status ?? (response.status === 206 && hasBody(rule) ? 200 : response.status);
    if (status !== response.status) course.status = status;
    if (hasBody(rule) && mayHaveBody(status)) {
      course.body = bodyOf(rule);
      for (const name of OF_THE_BODY) course.response.removeField(name);
    }
    for (const [name, value] of Object.entries(rule.headers)) course.response.setField(name, value);
  }

  private keep(request: PolicyRequest, course: Course): void {
    course.kept.set(KEPT, this.conditions.keep(request));
  }
}

function hasBody({ json, text }: Rule): boolean {
  return json !== undefined || text !== undefined;
}

/** The new body; its type is what `headers` say, if they say one. */
function bodyOf({ json, text = '', headers }: Rule): Course['body'] {
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const [body, type] =
    json === undefined ? [text, 'text/plain; charset=utf-8'] : [JSON.stringify(json), 'application/json'];
  return { text: body, contentType: named ? undefined : type };
}
