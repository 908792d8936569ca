import { type Document, isMap, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import {
  formatSize,
  type Path,
  type Place,
  type Problem,
  parseSize,
  problem,
  type Validation,
  validate,
} from '../model';
import { keyText, lineAndColumn, offsetOf } from './places';

/** A description of this size already has some ten thousand targets; more is a mistake or an attack. */
const SIZE_LIMIT = '4MB';
/** An alias costs nothing to write and any amount to expand. */
const ALIAS_LIMIT = 100;
/** How many values of a key that stands several times are looked at. */
const READINGS_LIMIT = 5;

/** What a file says, and everything that is wrong with it, with the place of each. */
export interface FileValidation extends Validation {
  /** The description as it was written, as plain data. */
  readonly description?: unknown;
  /** Says where in the file a later problem of the same description stands. */
  readonly locate: (item: Problem) => Problem;
}

/**
 * Reads a description from the text of a YAML or JSON file (JSON is YAML: one parser serves both).
 * A syntax error comes alone; otherwise every problem is found at once, with its line and column.
 */
export function readDescription(text: string, file: string): FileValidation {
  const lines = new LineCounter();
  const at = (offset: number): Place => ({ file, ...lineAndColumn(lines, offset) });
  const alone = (...problems: Problem[]): FileValidation => ({
    problems,
    locate: (item) => ({ ...item, place: at(0) }),
  });

  const bytes = Buffer.byteLength(text);
  if (bytes > (parseSize(SIZE_LIMIT) as number)) {
    const large = problem({ code: 'SPW1003', path: [], allowed: `at most ${SIZE_LIMIT}`, found: formatSize(bytes) });
    return alone({ ...large, place: at(0) });
  }
  // Duplicate keys are problems like others, so they are looked for here and not by the parser, which would stop.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  if (document.errors.length > 0)
    return alone(...document.errors.map(({ message, pos }) => syntaxProblem(message, at(pos[0]))));

  const doubles = duplicateKeys(document.contents);
  const readings = readingsOf(document, doubles).map(({ contents, data }) => {
    const locate = (item: Problem): Problem => ({ ...item, place: at(offsetOf(contents, item.path, pointsAt(item))) });
    const { api, problems } = validate(data);
    return { api, problems: problems.map(locate), data, locate };
  });
  if (readings.length === 0) return alone(syntaxProblem('too many aliases', at(0)));
  const twice = doubles.map(({ path, offset }) => ({
    ...problem({ code: 'SPW1002', path }),
    place: at(offset),
  }));
  const [{ api, data, locate }] = readings;
  const problems = distinct([...twice, ...readings.flatMap((reading) => reading.problems)]).sort(byPlace);
  return { problems, description: data, locate, ...(api && twice.length === 0 ? { api } : {}) };
}

interface Reading {
  readonly contents: Node | null;
  readonly data: unknown;
}

/**
 * The data of a document. Where a key stands twice there are several readings, one for each of its values, so that
 * the problems of all of them are found; `[]` where aliases would expand without bound.
 */
function readingsOf(document: Document.Parsed, doubles: readonly DuplicateKey[]): Reading[] {
  const count = 1 + doubles.reduce((most, { nth }) => Math.min(Math.max(most, nth), READINGS_LIMIT - 1), 0);
  try {
    // Nearly always; a copy takes half as long as the parser.
    if (count === 1) return [readingOf(document)];
    return Array.from({ length: count }, (_, nth) => {
      const reading = document.clone();
      keepNth(reading.contents, nth);
      return readingOf(reading);
    });
  } catch {
    return [];
  }
}

function readingOf(document: Document): Reading {
  return { contents: document.contents, data: document.toJS({ maxAliasCount: ALIAS_LIMIT }) };
}

/** Of the pairs that share a key, keeps the nth, or the last where there are fewer. */
function keepNth(node: unknown, nth: number): void {
  if (isSeq(node)) for (const item of node.items) keepNth(item, nth);
  if (!isMap(node)) return;
  const byKey = groupByKey(node.items);
  node.items = node.items.filter((pair) => {
    const same = byKey.get(keyText(pair)) ?? [];
    return pair === same[Math.min(nth, same.length - 1)];
  });
  for (const pair of node.items) keepNth(pair.value, nth);
}

function syntaxProblem(message: string, place: Place): Problem {
  return {
    ...problem({ code: 'SPW1001', path: [], message: `the file is not well-formed: ${firstLine(message)}` }),
    place,
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0].replace(/[.:]$/, '').toLowerCase();
}

/** A problem about a key points at the key, every other one at the value. */
function pointsAt(item: Problem): 'key' | 'value' {
  return ['SPW2001', 'SPW2014', 'SPW3004', 'SPW5002'].includes(item.code) ? 'key' : 'value';
}

function byPlace(a: Problem, b: Problem): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}

function groupByKey(pairs: readonly Pair[]): Map<string, Pair[]> {
  const groups = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const key = keyText(pair);
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [pair]);
    else same.push(pair);
  }
  return groups;
}

interface DuplicateKey {
  readonly path: Path;
  readonly offset: number;
  /** 1 for the second of its kind. */
  readonly nth: number;
}

function duplicateKeys(root: unknown): DuplicateKey[] {
  const found: DuplicateKey[] = [];
  collectDuplicates(root, [], found);
  return found;
}

/** @param path - of the node, which is the same list from node to node: most nodes have nothing to tell */
function collectDuplicates(node: unknown, path: (string | number)[], found: DuplicateKey[]): void {
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      path.push(index);
      collectDuplicates(item, path, found);
      path.pop();
    }
  } else if (isMap(node)) {
    for (const [key, pairs] of groupByKey(node.items)) {
      path.push(key);
      for (let nth = 1; nth < pairs.length; nth++)
        found.push({ path: [...path], offset: (pairs[nth].key as Node).range?.[0] ?? 0, nth });
      for (const { value } of pairs) collectDuplicates(value, path, found);
      path.pop();
    }
  }
}

/** Each problem once: the readings of a document share most of theirs. */
function distinct(problems: readonly Problem[]): Problem[] {
  const byIdentity = new Map(
    problems.map((item) => [`${item.code} ${item.place?.line}:${item.place?.column} ${item.found}`, item]),
  );
  return [...byIdentity.values()];
}
