import { styleText } from 'node:util';

/** Colours are for people: not for a pipe, and not where NO_COLOR (no-color.org) asks for none. */
function isColourful(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR;
}

/** A text in a colour, where colours are wanted on the stream that it goes to: standard error unless said otherwise. */
export function paint(
  style: 'red' | 'yellow' | 'green' | 'bold' | 'dim',
  text: string,
  stream: NodeJS.WriteStream = process.stderr,
): string {
  // The stream has been looked at: styleText would look at another.
  return isColourful(stream) ? styleText(style, text, { validateStream: false }) : text;
}
