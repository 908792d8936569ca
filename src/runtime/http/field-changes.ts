import { FORWARDED, kindOf } from './known-fields';
import type { OctetBuffer } from './octet-buffer';
import { COLON, FIELD_VALUE, LF, TOKEN } from './octets';

/** A field as it is written. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** What is changed of a head's fields. */
export interface FieldChanges {
  /** Fields to set, by their names in small letters: they take the place of all fields of their names. */
  readonly set: ReadonlyMap<string, NamedValue>;
  /** Fields to add to what is there. */
  readonly added: readonly NamedValue[];
  /** Names in small letters of fields that go. */
  readonly removed: ReadonlySet<string>;
}

/**
 * Whether a head stays one message of the same meaning with these changes: names are tokens and values hold no line
 * break (RFC 9110, section 5), and what frames the message, addresses it or belongs to its connection is not among them.
 */
export function areSound({ set, added, removed }: FieldChanges): boolean {
  for (const { name, value } of set.values()) if (!isSound(name, value)) return false;
  for (const { name, value } of added) if (!isSound(name, value)) return false;
  for (const name of removed) if (!isFree(name)) return false;
  return true;
}

/** Whether a text has only octets of a table. */
export function consistsOf(text: string, table: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (table[text.charCodeAt(i)] !== 1) return false;
  return true;
}

/**
 * Writes the lines of `bytes[start..end)` that stay.
 * @param isCut - whether the line that begins at an index goes in any case
 */
export function putRemaining(
  to: OctetBuffer,
  bytes: Buffer,
  start: number,
  end: number,
  { set, removed }: FieldChanges,
  isCut?: (line: number, lower: string) => boolean,
): void {
  let kept = start;
  for (let at = start; at < end; ) {
    const name = bytes.toString('latin1', at, bytes.indexOf(COLON, at)).toLowerCase();
    const next = bytes.indexOf(LF, at) + 1;
    if (set.has(name) || removed.has(name) || isCut?.(at, name)) {
      to.append(bytes, kept, at);
      kept = next;
    }
    at = next;
  }
  to.append(bytes, kept, end);
}

/** Writes the fields that are set or added. */
export function putChanged(to: OctetBuffer, { set, added }: FieldChanges): void {
  for (const { name, value } of set.values()) putField(to, name, value);
  for (const { name, value } of added) putField(to, name, value);
}

/** Writes a field as a line. */
export function putField(to: OctetBuffer, name: string, value: string): void {
  to.appendAll(Buffer.from(`${name}: ${value}\r\n`, 'latin1'));
}

function isSound(name: string, value: string): boolean {
  return isFree(name) && consistsOf(value, FIELD_VALUE);
}

/** Whether it is a name, and of a field that says nothing of how the message is read. */
function isFree(name: string): boolean {
  if (name === '' || !consistsOf(name, TOKEN)) return false;
  const kind = kindOf(Buffer.from(name, 'latin1'), 0, name.length);
  return kind === 0 || kind === FORWARDED;
}
