import type { Course } from './course';
import type { PolicyResponse } from './policy-request';

/** Says that the response depends on a field of the request, unless it says so already (RFC 9110, section 12.5.5). */
export function varyBy(name: string, response: PolicyResponse, course: Course): void {
  const values = course.response.over('vary', response.field('vary'));
  const named = values.flatMap((line) => line.split(',').map((one) => one.trim().toLowerCase()));
  if (!named.includes('*') && !named.includes(name.toLowerCase())) course.response.addField('Vary', name);
}
