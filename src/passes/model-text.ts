import { isRef, type Text } from '../model';

/** A description as the JSON text that a runtime reads, its Refs as parts of their own. */
export function modelText(description: unknown): Text {
  return merge([...write(description, ''), '\n']);
}

/** As `JSON.stringify(value, undefined, 2)` writes it, in parts. */
function write(value: unknown, indent: string): Text {
  if (isRef(value)) return ['"', value, '"'];
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return enclose(
      '[',
      value.map((item) => write(item, inner)),
      ']',
      indent,
    );
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return enclose(
    '{',
    members.map(([key, item]) => [`${JSON.stringify(key)}: `, ...write(item, inner)]),
    '}',
    indent,
  );
}

function enclose(open: string, items: readonly Text[], close: string, indent: string): Text {
  if (items.length === 0) return [open + close];
  return [
    open,
    ...items.flatMap((item, index) => [`${index === 0 ? '' : ','}\n${indent}  `, ...item]),
    `\n${indent}${close}`,
  ];
}

/** Neighbouring strings as one. */
function merge(parts: Text): Text {
  const merged: Text[number][] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged;
}
