import { styleText } from 'node:util';

/** Colours are for people: not for a pipe, and not where NO_COLOR (no-color.org) asks for none. */
function isColourful(): boolean {
  return process.stderr.isTTY === true && !process.env.NO_COLOR;
}

/** A text in a colour where colours are wanted. */
export function paint(style: 'red' | 'yellow' | 'green' | 'bold' | 'dim', text: string): string {
  return isColourful() ? styleText(style, text) : text;
}
