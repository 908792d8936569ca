import { z } from 'zod';
import { kinds } from './kind';
import { invalid } from './problem';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SHAPE = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Milliseconds of a text such as `250ms`, `1.5s`, `5m`, `2h` or `30d`; `undefined` where it is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = SHAPE.exec(text);
  return match ? Math.round(Number(match[1]) * (UNITS[match[2] as string] as number)) : undefined;
}

/** The shortest text with a unit for a number of milliseconds: 1500 is `1500ms`, 2000 is `2s`. */
export function formatDuration(ms: number): string {
  const unit = ['d', 'h', 'm', 's'].find((name) => ms > 0 && ms % (UNITS[name] as number) === 0) ?? 'ms';
  return `${ms / (UNITS[unit] as number)}${unit}`;
}

/** A duration in the user's words; milliseconds once parsed. */
export function duration(min: string, max: string) {
  const least = parseDuration(min) as number;
  const most = parseDuration(max) as number;
  return z
    .string()
    .meta({ pattern: SHAPE.source })
    .transform((found, context) => {
      const ms = parseDuration(found);
      if (ms !== undefined && ms >= least && ms <= most) return ms;
      const bare = /^\d+$/.test(found) ? `Did you mean "${found}ms" or "${found}s"?` : undefined;
      const allowed = `a number with a unit (ms, s, m, h or d), from ${min} to ${max}`;
      invalid(context, { code: 'SPW2004', found, allowed, fix: bare });
      return z.NEVER;
    })
    .register(kinds, { kind: 'duration' });
}
