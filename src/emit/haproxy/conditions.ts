import { type Route, readPathPattern } from '../../model';
import type { NamedRoute } from '../../passes';
import { queryExpression } from '../expressions';
import type { Word } from '../text';
import { fetchArgument } from './quote';
import type { Directive } from './section';

/** A condition in braces: literals that could be taken for a brace stand in a named `acl` instead. */
const inline = (...words: Word[]): Word[] => ['{', ...words, '}'];

/** What a request must have besides host, path and method, as named `acl` lines. */
export function fieldAcls({ name, route }: NamedRoute): Directive[] {
  return fieldTests(route).map((test, index) => ['acl', aclName(name, index), ...test]);
}

/**
 * The conditions under which a request belongs to a route, without its methods: any one of them suffices. Exact and
 * wildcard hosts are told apart by different operators, so that a route with both has two.
 */
export function routeConditions({ name, route }: NamedRoute): Word[][] {
  const rest = [...pathCondition(route), ...fieldTests(route).map((_, index) => aclName(name, index))];
  const hosts = hostConditions(route.hosts);
  return hosts.length === 0 ? [rest] : hosts.map((host) => [...host, ...rest]);
}

/** The methods of a route, as a condition. */
export function methodCondition(methods: readonly string[] | undefined): Word[] {
  if (methods === undefined) return [];
  // A method may look like one of HAProxy's flags.
  return inline('method', ...(methods.some((method) => method.startsWith('-')) ? ['--'] : []), ...methods);
}

/** `if` and a condition, or nothing where it is always true. */
export function when(condition: readonly Word[]): Word[] {
  return condition.length === 0 ? [] : ['if', ...condition];
}

function aclName(route: string, index: number): string {
  return `${route}.${index + 1}`;
}

function hostConditions(hosts: readonly string[] | undefined): Word[][] {
  const lower = (hosts ?? []).map((host) => host.toLowerCase());
  const exact = lower.filter((host) => !host.startsWith('*.'));
  const wildcard = lower.filter((host) => host.startsWith('*.')).map((host) => host.slice(1));
  return [
    ...(exact.length > 0 ? [inline('var(txn.host)', '-m', 'str', ...exact)] : []),
    ...(wildcard.length > 0 ? [inline('var(txn.host)', '-m', 'end', ...wildcard)] : []),
  ];
}

function pathCondition(route: Route): Word[] {
  const pattern = readPathPattern(route.path);
  if (pattern.kind === 'exact') return inline('path', pattern.path);
  if (pattern.kind === 'prefix' && pattern.prefix !== '/') return inline('path_beg', pattern.prefix);
  return [];
}

function fieldTests(route: Route): Word[][] {
  const pattern = readPathPattern(route.path);
  return [
    ...(pattern.kind === 'expression' ? [['path', '-m', 'reg', '--', pattern.source]] : []),
    ...route.headers.map(({ name, value }) => [`req.fhdr(${fetchArgument(name)})`, ...isExactly(value)]),
    ...route.query.map(({ name, value }) => ['query', '-m', 'reg', '--', queryExpression(name, value)]),
  ];
}

/** HAProxy takes an empty word for the end of the line. */
function isExactly(value: string): Word[] {
  return value === '' ? ['-m', 'len', 0] : ['-m', 'str', '--', value];
}
