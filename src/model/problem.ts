import type { z } from 'zod';
import { CATALOGUE, type ProblemCode } from './catalogue';

/** Where a value stands in the description, from the root: `['routes', 'get', 'path']`. */
export type Path = readonly (string | number)[];

/** Where a value stands in a file. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a description, in the words of the person who wrote it. */
export interface Problem {
  /** Stable, as in `SPW2004`; what it means stands in the error catalogue. */
  readonly code: ProblemCode;
  /** Errors stop a compile; warnings and notes do not. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly path: Path;
  /** What is wrong, in one clause: lower case, no full stop. */
  readonly message: string;
  /** The value that was found, quoted and shortened. */
  readonly found?: string;
  readonly allowed?: string;
  readonly fix?: string;
  readonly place?: Place;
}

/** What a problem says beyond its entry in the catalogue. */
export interface ProblemDetails {
  readonly code: ProblemCode;
  readonly path: Path;
  readonly message?: string;
  readonly found?: unknown;
  readonly allowed?: string;
  readonly fix?: string;
}

const FOUND_LIMIT = 60;

/** A value for a message: on one line, without control characters, no longer than a line. */
export function quote(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > FOUND_LIMIT ? `${text.slice(0, FOUND_LIMIT)}… (${text.length} characters)` : text;
}

/** A problem with the message and severity that the catalogue has for its code. */
export function problem(details: ProblemDetails): Problem {
  const entry = CATALOGUE[details.code];
  return {
    code: details.code,
    severity: entry.severity,
    path: details.path,
    message: details.message ?? entry.message,
    ...(details.found === undefined ? {} : { found: quote(details.found) }),
    ...(details.allowed === undefined ? {} : { allowed: details.allowed }),
    ...(details.fix === undefined ? {} : { fix: details.fix }),
  };
}

/**
 * Reports a problem from inside a schema.
 * @param path - where within the schema's value; the value itself unless it says so
 */
export function invalid(
  context: z.core.$RefinementCtx,
  details: Omit<ProblemDetails, 'path'>,
  path: (string | number)[] = [],
): void {
  const { code, input, message } = { code: 'custom' as const, input: context.value, message: details.code };
  context.issues.push({ code, input, message, params: details, path, continue: true });
}

/** `routes.get.path`, `pools.web.targets[1].address`: a path as people write it. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[\w-]+$/.test(step)) return `[${quote(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** Thrown where a description that has errors was to be used. */
export class InvalidDescription extends Error {
  declare readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super();
    const text = problems.map(formatProblem).join('\n');
    // Frameworks add where their own objects were made, and Node where this was thrown: neither is where the mistake is.
    Object.defineProperties(this, {
      name: { value: 'InvalidDescription' },
      problems: { value: problems },
      message: { get: () => text, set: () => {} },
      stack: { get: () => `InvalidDescription:\n${text}`, set: () => {} },
    });
  }
}

/** A problem in one or a few plain lines, with its place where it is known. */
export function formatProblem(item: Problem): string {
  const where = item.place ? `${item.place.file}:${item.place.line}:${item.place.column} ` : '';
  const subject = item.path.length > 0 ? `${formatPath(item.path)}: ` : '';
  const details = [
    item.found === undefined ? undefined : `found ${item.found}`,
    item.allowed === undefined ? undefined : `allowed: ${item.allowed}`,
    item.fix,
  ].filter((part) => part !== undefined);
  return `${where}${item.severity} ${item.code} ${subject}${item.message}${details.map((line) => `\n    ${line}`).join('')}`;
}
