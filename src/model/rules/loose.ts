import type { Path } from '../problem';

/** A part of a description of which nothing is known yet: the rules look at it even where its shape has problems. */
export type Loose = Readonly<Record<string, unknown>>;

/** Whether a value is an object with keys. */
export function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The named members of a section, with their paths. */
export function section(description: Loose, key: string): { name: string; node: Loose; path: Path }[] {
  const value = description[key];
  if (!isLoose(value)) return [];
  return Object.entries(value).flatMap(([name, node]) => (isLoose(node) ? [{ name, node, path: [key, name] }] : []));
}

/** The texts of a list; nothing where it is no list. */
export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** One rule over a whole description: pure, and silent where the shape is not what it looks for. */
export type Rule = (description: Loose) => import('../problem').Problem[];
