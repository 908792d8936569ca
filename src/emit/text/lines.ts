import { isRef, type Ref, type Text } from '../../model';

/** A line without its end; parts that are known only at deployment stand apart. */
export type Line = Text;

/** Joins lines, each with its end, into a text with as few parts as there can be. */
export function lines(all: readonly Line[]): Text {
  const text: (string | Ref)[] = [];
  for (const part of all.flatMap((line) => [...line, '\n'])) {
    const last = text.at(-1);
    if (isRef(part) || isRef(last) || last === undefined) text.push(part);
    else text[text.length - 1] = last + part;
  }
  return text;
}
