import { escapeRegex } from './escape';

/**
 * Matches a query whose first parameter of this name has this value. Both may be encoded in any way: no program
 * decodes a whole query, and its own fetch of a parameter compares the name as it stands.
 */
export function queryExpression(name: string, value: string): string {
  const parameter = `${encoded(name, NAME_CHAR)}=`;
  return `^(?:(?!${parameter})[^&]*&)*${parameter}${encoded(value, VALUE_CHAR)}(?:&|$)`;
}

/** Characters that can stand in a query as themselves; a plus sign would be a space. */
const VALUE_CHAR = /^[!-%'-*,-~]$/;
const NAME_CHAR = /^[!-%'-*,-<>-~]$/;

function encoded(text: string, itself: RegExp): string {
  return [...Buffer.from(text)].map((byte) => encodedByte(byte, itself)).join('');
}

function encodedByte(byte: number, itself: RegExp): string {
  const hex = byte.toString(16).padStart(2, '0');
  const either = [...hex].map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit)).join('');
  const char = String.fromCharCode(byte);
  if (char === ' ') return `(?:\\+|%${either})`;
  return itself.test(char) ? `(?:${escapeRegex(char)}|%${either})` : `%${either}`;
}
