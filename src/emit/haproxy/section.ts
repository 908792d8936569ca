import type { Text } from '../../model';
import { type Line, lines, type Word, word } from '../text';
import { quote } from './quote';

/** A line of a section: words to be quoted, a comment, or text to pass on as it is. */
export type Directive = readonly Word[] | { readonly comment: string } | { readonly raw: string };

/** A section of the configuration, such as `backend shop` and what stands below it. */
export interface Section {
  readonly head: readonly Word[];
  readonly body: readonly Directive[];
}

/** The sections one after the other, below a comment. */
export function writeSections(comment: string, sections: readonly Section[]): Text {
  return lines([[`# ${comment}`], ...sections.flatMap(({ head, body }) => [[], line(head), ...body.map(indented)])]);
}

function indented(directive: Directive): Line {
  if ('comment' in directive) return [`  # ${directive.comment}`];
  if ('raw' in directive) return [`  ${directive.raw}`];
  return ['  ', ...line(directive)];
}

function line(words: readonly Word[]): Line {
  return words.flatMap((item, index) => (index === 0 ? [] : [' ']).concat(word(item, quote) as string[]));
}

/** Lines of the user's own, marked as such. */
export function rawLines(found: readonly string[] | undefined): Directive[] {
  if (found === undefined || found.length === 0) return [];
  return [{ comment: 'As described under raw:' }, ...found.map((raw) => ({ raw }))];
}
