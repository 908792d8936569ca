import { isRef, type Ref, type Text } from '../../model';

/** One argument of a directive; the parts of a list stand side by side, without a space. */
export type Word = string | number | Ref | Text;

/** Writes a word: its literal parts by the grammar's `quote`, its Refs as they are. */
export function word(value: Word, quote: (literal: string) => string): Text {
  const parts: Text = Array.isArray(value) ? value : [value as string | number | Ref].map(asPart);
  return parts.map((part) => (isRef(part) ? part : quote(part)));
}

function asPart(value: string | number | Ref): string | Ref {
  return typeof value === 'number' ? String(value) : value;
}
