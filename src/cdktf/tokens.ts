import { isRef, Ref, type Text } from '../model';
import type { TokenReader } from '../platform';
import { Token } from './framework';

/** How cdktf marks a deferred value inside a string. */
const MARK = /(\$\{TfToken\[[^\]]*\]\})/;

/** How cdktf writes values that are known only at deployment: as marks inside strings, numbers and lists. */
export const TOKENS: TokenReader = {
  isDeferred: (value) => Token.isUnresolved(value),
  split: (text) =>
    text
      .split(MARK)
      .filter((part) => part !== '')
      .map((part) => (MARK.test(part) ? new Ref(part) : part)),
};

/** A text for Terraform: what the user wrote is no template, what the framework resolves is one. */
export function terraformText(text: Text): string {
  return text.map((part) => (isRef(part) ? part.token : escapeTemplate(part))).join('');
}

/** `${` and `%{` begin a template in Terraform's strings; with their first letter doubled they are plain. */
export function escapeTemplate(text: string): string {
  return text.replace(/[$%](?=\{)/g, '$&$&');
}
