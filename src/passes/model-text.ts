import { Ref, type Text } from '../model';

/** Stands where a Ref will, inside the JSON text; a description can hold no control character of its own. */
const MARK = '\u0001';

/** A description as the JSON text that a runtime reads, its Refs as parts of their own. */
export function modelText(description: unknown): Text {
  const refs: Ref[] = [];
  const json = JSON.stringify(
    description,
    (_key, value) => (value instanceof Ref ? `${MARK}${refs.push(value) - 1}${MARK}` : value),
    2,
  );
  // JSON.stringify writes the mark as an escape.
  const parts = json.split(/\\u0001(\d+)\\u0001/);
  return parts.map((part, index) => (index % 2 === 0 ? part : refs[Number(part)])).concat('\n');
}
