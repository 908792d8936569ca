import type { PhaseResult } from './story';

const COLUMNS = ['phase', 'requests', 'failed', 'answered by', 'time to switch', 'slowest'] as const;

/** The phases as a table of plain text. */
export function storyTable(results: readonly PhaseResult[]): string {
  const rows = results.map((result) => [
    result.title,
    String(result.requests),
    String(result.failures.length),
    Object.entries(result.answers)
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
    result.switchedAfter === undefined ? 'never' : `${result.switchedAfter.toFixed(0)} ms`,
    `${result.slowest.toFixed(0)} ms`,
  ]);
  const widths = COLUMNS.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column])).join('   ')}`.trimEnd();
  return [line(COLUMNS), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}
