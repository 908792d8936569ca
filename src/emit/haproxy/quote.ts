const PLAIN = /^[!%&()*+,\-./0-9:;<=>?@A-Z[\]^_`a-z{|}~]+$/;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A word of HAProxy's configuration: as it is where nothing in it is special, in single quotes where they can hold it
 * unchanged, else in double quotes.
 */
export function quote(literal: string): string {
  if (PLAIN.test(literal)) return literal;
  if (!/['\p{Cc}]/u.test(literal)) return `'${literal}'`;
  const escaped = literal.replace(/["\\$]/g, '\\$&').replace(/\p{Cc}/gu, (char) => ESCAPES[char] ?? hexadecimal(char));
  return `"${escaped}"`;
}

function hexadecimal(char: string): string {
  return [...Buffer.from(char)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** An argument of a sample fetch such as `req.fhdr(NAME)`, which has a grammar of its own inside the word. */
export function fetchArgument(literal: string): string {
  return /^[\w-]+$/.test(literal) ? literal : `"${literal.replace(/["\\]/g, '\\$&')}"`;
}

/** A literal where HAProxy reads its log format, in which `%` begins a variable. An empty word would end the line. */
export function logFormat(literal: string): string {
  return literal === '' ? '%[str()]' : literal.replaceAll('%', '%%');
}
