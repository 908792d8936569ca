import type { z } from 'zod';
import { type JsonSchema, jsonSchema } from './json-schema';
import { type Path, type Problem, type ProblemDetails, problem } from './problem';
import { isRef } from './ref';
import { didYouMean } from './scalars';

type Issue = z.core.$ZodIssue;

/** The problems in the shape of a description, from what zod found. */
export function shapeProblems(issues: readonly Issue[], input: unknown): Problem[] {
  return issues.flatMap((issue) => fromIssue(issue, issue.path as Path, input));
}

function fromIssue(issue: Issue, path: Path, input: unknown): Problem[] {
  const found = valueAt(input, path);
  if (holdsRef(found)) return [problem({ code: 'SPW2018', path, allowed: describe(path) })];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(path);
      return issue.keys.map((key) => {
        const fix = didYouMean(key, known);
        return problem({ code: 'SPW2001', path: [...path, key], allowed: known.join(', '), fix });
      });
    }
    case 'invalid_type':
      if (found === undefined) return [problem({ code: 'SPW2002', path, allowed: describe(path) })];
      return [problem({ code: 'SPW2003', path, found, allowed: withArticle(issue.expected) })];
    case 'invalid_value': {
      if (found === undefined) return [problem({ code: 'SPW2002', path, allowed: issue.values.join(', ') })];
      const words = issue.values.map(String);
      return [
        problem({ code: 'SPW2007', path, found, allowed: words.join(', '), fix: didYouMean(String(found), words) }),
      ];
    }
    case 'invalid_key':
      return issue.issues.flatMap((inner) => fromIssue(inner, path, input));
    case 'invalid_union':
      return [problem({ code: 'SPW2003', path, found, allowed: describe(path) })];
    case 'custom':
      if (issue.params?.code === undefined) return [wrongType(path, found, issue.message)];
      return [problem({ ...(issue.params as Omit<ProblemDetails, 'path'>), path })];
    default:
      return [problem({ code: 'SPW2017', path, found, allowed: describe(path) })];
  }
}

function holdsRef(value: unknown): boolean {
  if (isRef(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsRef);
}

function wrongType(path: Path, found: unknown, expected: string): Problem {
  if (found === undefined) return problem({ code: 'SPW2002', path, allowed: describe(path) });
  return problem({ code: 'SPW2003', path, found, allowed: withArticle(expected) });
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};

function withArticle(type: string): string {
  return TYPES[type] ?? type;
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const step of path) value = (value as Record<string | number, unknown> | null | undefined)?.[step];
  return value;
}

function nodeAt(path: Path): JsonSchema | undefined {
  let node: JsonSchema | undefined = jsonSchema();
  for (const step of path) {
    node =
      typeof step === 'number' ? node?.items : (node?.properties?.[step] ?? (node?.additionalProperties || undefined));
  }
  return node;
}

function keysAt(path: Path): string[] {
  return Object.keys(nodeAt(path)?.properties ?? {});
}

function describe(path: Path): string | undefined {
  return nodeAt(path)?.description;
}
