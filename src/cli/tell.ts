import { formatPath, type Problem } from '../model';
import { paint } from './paint';

const COLOURS = { error: 'red', warning: 'yellow', note: 'dim' } as const;

/** Problems for a person: each with its place, and below it what was found, what is allowed, the fix. */
export function tellProblems(problems: readonly Problem[]): void {
  for (const item of problems) {
    const { place } = item;
    const where = place ? `${place.file}:${place.line}:${place.column} ` : '';
    const subject = item.path.length > 0 ? `${paint('bold', formatPath(item.path))}: ` : '';
    console.error(
      `${where}${paint(COLOURS[item.severity], `${item.severity} ${item.code}`)} ${subject}${item.message}`,
    );
    if (item.found !== undefined) console.error(`    found    ${item.found}`);
    if (item.allowed !== undefined) console.error(`    allowed  ${item.allowed}`);
    if (item.fix !== undefined) console.error(`    ${item.fix}`);
  }
}

/** `2 errors, 1 warning`, or what to say when there is none. */
export function countProblems(problems: readonly Problem[], none: string): string {
  const count = (severity: string) => problems.filter((item) => item.severity === severity).length;
  const parts = (['error', 'warning'] as const).flatMap((severity) => {
    const amount = count(severity);
    return amount === 0 ? [] : [`${amount} ${severity}${amount === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? none : parts.join(', ');
}
