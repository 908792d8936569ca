import { z } from 'zod';
import { ADDRESS_RANGE_ALLOWED, isAddressRange } from './address';
import { expressionError } from './expression';
import { invalid, type ProblemDetails } from './problem';
import { didYouMean } from './scalars';

/** How a variable is compared with a value. */
export type Operator = '==' | '~=' | '>' | '>=' | '<' | '<=' | '~~' | '~*' | 'in' | 'has' | 'ipmatch';

/** A value that a variable is compared with. */
export type Literal = string | number | null;

/** One comparison, such as `["status", "==", 404]`. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly variable: string;
  readonly negated: boolean;
  readonly operator: Operator;
  /** One value, or those that `in` and `ipmatch` look through. */
  readonly value: Literal | readonly Literal[];
}

/** Conditions joined: all of them, or any. */
export interface Junction {
  readonly kind: 'all' | 'any';
  readonly negated: boolean;
  readonly parts: readonly WhenCondition[];
}

/** A condition on a response and its request. */
export type WhenCondition = Comparison | Junction;

/** Variables that stand alone. */
export const VARIABLES = [
  ...['status', 'upstream_status', 'upstream_addr'],
  ...['request_method', 'uri', 'request_uri', 'args', 'query_string', 'host', 'scheme', 'remote_addr'],
] as const;

/** Variables of which there is one for each name behind these. */
export const VARIABLE_PREFIXES = ['http_', 'sent_http_', 'upstream_http_', 'arg_', 'cookie_'] as const;

const VARIABLES_ALLOWED = [...VARIABLES, ...VARIABLE_PREFIXES.map((prefix) => `${prefix}NAME`)].join(', ');

const JUNCTIONS: Readonly<Record<string, Pick<Junction, 'kind' | 'negated'>>> = {
  AND: { kind: 'all', negated: false },
  OR: { kind: 'any', negated: false },
  '!AND': { kind: 'all', negated: true },
  '!OR': { kind: 'any', negated: true },
};
const JUNCTION_WORDS = Object.keys(JUNCTIONS);

/** What a condition looks like. */
const FORM = '["VARIABLE", "OPERATOR", VALUE], or with "!" before the operator';
const DEPTH_LIMIT = 8;

/** What each operator is given: a word for people, and what is wrong with a value, if anything. */
type Check = (value: unknown) => Omit<ProblemDetails, 'path'> | undefined;

const isNumeric = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && numberOf(value) !== undefined);
const isWord = (value: unknown) => typeof value === 'string' || typeof value === 'number';

const shaped =
  (allowed: string, is: (value: unknown) => boolean): Check =>
  (found) =>
    is(found) ? undefined : { code: 'SPW2003', found, allowed };

const literal = shaped('a text, a number or null', (value) => value === null || isWord(value));
const numeric = shaped('a number', isNumeric);
const word = shaped('a text or a number', isWord);
const list = shaped(
  'a list of texts and numbers',
  (value) => Array.isArray(value) && value.length > 0 && value.every(isWord),
);
const texts = shaped(`${ADDRESS_RANGE_ALLOWED}, or a list of them`, (value) => {
  const all = Array.isArray(value) ? value : [value];
  return all.length > 0 && all.every((one) => typeof one === 'string');
});

const OPERATORS: Readonly<Record<Operator, Check>> = {
  '==': literal,
  '~=': literal,
  '>': numeric,
  '>=': numeric,
  '<': numeric,
  '<=': numeric,
  '~~': expression,
  '~*': expression,
  in: list,
  has: word,
  ipmatch: ranges,
};
const OPERATOR_WORDS = Object.keys(OPERATORS);

function expression(found: unknown): ReturnType<Check> {
  const allowed = 'a regular expression in RE2 syntax';
  if (typeof found !== 'string') return { code: 'SPW2003', found, allowed };
  const fix = expressionError(found);
  return fix === undefined ? undefined : { code: 'SPW2010', found, allowed, fix };
}

function ranges(found: unknown): ReturnType<Check> {
  const wrong = (Array.isArray(found) ? found : [found]).find((one) => typeof one === 'string' && !isAddressRange(one));
  return wrong === undefined ? texts(found) : { code: 'SPW2008', found: wrong, allowed: ADDRESS_RANGE_ALLOWED };
}

/** The number that a text is, as the reference reads numbers; `undefined` where it is none. */
export function numberOf(text: string): number | undefined {
  if (!/^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|0x[\da-f]+)\s*$/i.test(text)) return undefined;
  const [, sign, digits] = /^\s*([+-]?)(\S+)/.exec(text) ?? [];
  return sign === '-' ? -Number(digits) : Number(digits);
}

/** Tells of a problem at a place within the conditions. */
type Tell = (details: Omit<ProblemDetails, 'path'>, path: (string | number)[]) => void;

/**
 * Conditions on responses in the form of Apache APISIX's `vars`: comparisons, all of which must hold, or one of `AND`,
 * `OR`, `!AND` and `!OR` and what it joins.
 */
export function when() {
  return z.array(z.json()).superRefine((found, context) => {
    readList(found, [], (details, path) => invalid(context, details, path));
  });
}

/** Reads conditions that {@link when} has accepted; none is one that always holds. */
export function readWhen(found: readonly unknown[]): WhenCondition {
  return readList(found, [], () => {}) ?? { kind: 'all', negated: false, parts: [] };
}

/** Conditions side by side, or a word that joins them. */
function readList(found: readonly unknown[], path: number[], tell: Tell): Junction | undefined {
  if (path.length > DEPTH_LIMIT) {
    tell({ code: 'SPW2016', allowed: `conditions within each other ${DEPTH_LIMIT} deep` }, path);
    return undefined;
  }
  const [first] = found;
  if (typeof first !== 'string') return join({ kind: 'all', negated: false }, found, 0, path, tell);
  const junction = JUNCTIONS[first.toUpperCase()];
  if (junction === undefined) {
    const fix =
      didYouMean(first, JUNCTION_WORDS) ?? `Write a list of conditions: [${JSON.stringify(found).slice(0, 60)}].`;
    tell({ code: 'SPW2016', found: first, allowed: `a condition, or one of ${JUNCTION_WORDS.join(', ')}`, fix }, [
      ...path,
      0,
    ]);
    return undefined;
  }
  if (found.length < 3) tell({ code: 'SPW2016', found, allowed: `two or more conditions behind ${first}` }, path);
  return join(junction, found, 1, path, tell);
}

function join(
  junction: Pick<Junction, 'kind' | 'negated'>,
  found: readonly unknown[],
  from: number,
  path: number[],
  tell: Tell,
): Junction {
  const parts = found.slice(from).map((one, index) => readCondition(one, [...path, from + index], tell));
  return { ...junction, parts: parts.filter((part) => part !== undefined) };
}

function readCondition(found: unknown, path: number[], tell: Tell): WhenCondition | undefined {
  if (!Array.isArray(found) || found.length === 0) {
    tell({ code: 'SPW2016', found, allowed: FORM }, path);
    return undefined;
  }
  const [first] = found;
  const joins = typeof first !== 'string' || JUNCTIONS[first.toUpperCase()] !== undefined;
  return joins ? readList(found, path, tell) : readComparison(found, path, tell);
}

function readComparison(found: readonly unknown[], path: number[], tell: Tell): Comparison | undefined {
  const [variable] = found;
  const negated = found[1] === '!' && found.length === 4;
  if (found.length !== (negated ? 4 : 3)) {
    const fix = found.length === 2 ? `Write ${JSON.stringify([found[0], '==', found[1]])}.` : undefined;
    tell({ code: 'SPW2016', found, allowed: FORM, fix }, path);
    return undefined;
  }
  const at = negated ? 2 : 1;
  const operator = operatorOf(found[at]);
  if (typeof variable !== 'string' || !isVariable(variable)) {
    const fix = typeof variable === 'string' ? didYouMean(variable, likeIt(variable)) : undefined;
    tell({ code: 'SPW2007', found: variable, allowed: VARIABLES_ALLOWED, fix }, [...path, 0]);
  }
  if (operator === undefined) {
    const fix = typeof found[at] === 'string' ? didYouMean(found[at], OPERATOR_WORDS) : undefined;
    tell({ code: 'SPW2007', found: found[at], allowed: OPERATOR_WORDS.join(' '), fix }, [...path, at]);
    return undefined;
  }
  const wrong = OPERATORS[operator](found[at + 1]);
  if (wrong !== undefined) tell(wrong, [...path, at + 1]);
  return { kind: 'comparison', variable: String(variable), negated, operator, value: found[at + 1] as Literal };
}

function operatorOf(found: unknown): Operator | undefined {
  const lower = String(found).toLowerCase();
  return Object.hasOwn(OPERATORS, lower) ? (lower as Operator) : undefined;
}

function isVariable(found: string): boolean {
  if ((VARIABLES as readonly string[]).includes(found)) return true;
  return VARIABLE_PREFIXES.some((prefix) => found.startsWith(prefix) && /^[!-~]+$/.test(found.slice(prefix.length)));
}

/** Variables of which a misspelt one may be meant: those that stand alone, and its own name behind each prefix. */
function likeIt(found: string): string[] {
  const name = found.slice(found.indexOf('_') + 1);
  return [...VARIABLES, ...VARIABLE_PREFIXES.map((prefix) => `${prefix}${name}`)];
}
