import { z } from 'zod';
import { kinds } from './kind';
import { invalid } from './problem';

const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
const SHAPE = /^(\d+(?:\.\d+)?)(B|KB|MB|GB)$/;

/** Bytes of a text such as `512B`, `16KB`, `10MB` or `1GB`, in steps of 1,024; `undefined` where it is not a size. */
export function parseSize(text: string): number | undefined {
  const match = SHAPE.exec(text);
  return match ? Math.round(Number(match[1]) * (UNITS[match[2] as string] as number)) : undefined;
}

/** The shortest text with a unit for a number of bytes: 16384 is `16KB`, 1000 is `1000B`. */
export function formatSize(bytes: number): string {
  const unit = ['GB', 'MB', 'KB'].find((name) => bytes > 0 && bytes % (UNITS[name] as number) === 0) ?? 'B';
  return `${bytes / (UNITS[unit] as number)}${unit}`;
}

/** A size in the user's words; bytes once parsed. */
export function size(min: string, max: string) {
  const least = parseSize(min) as number;
  const most = parseSize(max) as number;
  return z
    .string()
    .meta({ pattern: SHAPE.source })
    .transform((found, context) => {
      const bytes = parseSize(found);
      if (bytes !== undefined && bytes >= least && bytes <= most) return bytes;
      const allowed = `a number with a unit (B, KB, MB or GB), from ${min} to ${max}`;
      invalid(context, { code: 'SPW2005', found, allowed });
      return z.NEVER;
    })
    .register(kinds, { kind: 'size' });
}
