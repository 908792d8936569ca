const PLAIN = /^[!$%&()*+,\-./0-9:<=>?@A-Z[\]^_`a-z|~]+$/;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A word of Nginx's configuration: as it is where nothing in it is special, else in quotes. */
export function quote(word: string): string {
  if (PLAIN.test(word)) return word;
  const mark = word.includes('"') && !word.includes("'") ? "'" : '"';
  const escaped = word
    // Nginx keeps a backslash before any other character; a control character will become an escape itself.
    .replace(/\\(?=[\\"'trn\n\r\t]|$)/g, '\\\\')
    .replaceAll(mark, `\\${mark}`)
    .replace(/[\n\r\t]/g, (char) => ESCAPES[char] as string);
  return `${mark}${escaped}${mark}`;
}

/** The name of a variable that holds a dollar sign: where Nginx looks for variables, it knows no escape for one. */
export const DOLLAR = 'dollar';

/** A literal where Nginx looks for variables. */
export function literal(text: string): string {
  return text.replaceAll('$', `\${${DOLLAR}}`);
}
