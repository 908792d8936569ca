import { isRef, type Ref } from './ref';

/** Text of which some parts are known only when it is deployed. Refs are never escaped, measured or parsed. */
export type Text = readonly (string | Ref)[];

/** The text as one string, or `undefined` where a part is still deferred. */
export function plainText(text: Text): string | undefined {
  return text.some(isRef) ? undefined : text.join('');
}
