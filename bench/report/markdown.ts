import type { Spread } from '../measuring/statistics';

/** What stands where there is no figure. */
export const NONE = '–';

/** A table; empty where it has no rows. The first column is text, the others are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

/** Three significant digits, without an exponent. */
export function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** `median (least–greatest)`. */
export const spreadText = ({ median, least, greatest }: Spread): string =>
  `${figure(median)} (${figure(least)}–${figure(greatest)})`;
