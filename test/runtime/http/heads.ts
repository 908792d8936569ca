import fc from 'fast-check';
import type { FieldChanges, NamedValue } from '../../../src/runtime/http';

/** Names in all cases, few enough to meet each other. */
export const fieldName = fc.constantFrom('A', 'a', 'X-B', 'x-b', 'Accept', 'COOKIE', 'X_C', 'Set-Cookie', "!#$%&'*");
/** Values as they are read: without outer space. */
export const fieldValue = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]{0,20}[!-~\x80-\xff])?)?$/);
export const field = fc.record({ name: fieldName, value: fieldValue });

/** Changes of fields, such as policies gather. */
export const fieldChanges = fc
  .record({
    set: fc.array(field, { maxLength: 3 }),
    added: fc.array(field, { maxLength: 3 }),
    removed: fc.array(fieldName, { maxLength: 3 }),
  })
  .map(({ set, added, removed }): FieldChanges => {
    const map = new Map(set.map((one) => [one.name.toLowerCase(), one]));
    return { set: map, added, removed: new Set(removed.map((name) => name.toLowerCase()).filter((n) => !map.has(n))) };
  });

/** No change of any field. */
export const NO_CHANGES: FieldChanges = { set: new Map(), added: [], removed: new Set() };

/** What changes make of fields, said plainly: what stays, then what is set, then what is added. */
export function changed(fields: readonly NamedValue[], { set, added, removed }: FieldChanges): NamedValue[] {
  const stays = ({ name }: NamedValue) => !set.has(name.toLowerCase()) && !removed.has(name.toLowerCase());
  return [...fields.filter(stays), ...set.values(), ...added];
}

/** Fields as the lines of a head. */
export function linesOf(fields: readonly NamedValue[]): string {
  return fields.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
}

/** The fields of a head in octets. */
export function fieldsOf(octets: Buffer): NamedValue[] {
  const lines = octets.toString('latin1').split('\r\n').slice(1, -2);
  return lines.map((line) => ({ name: line.slice(0, line.indexOf(': ')), value: line.slice(line.indexOf(': ') + 2) }));
}
