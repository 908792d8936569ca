import { type Api, type Route, readPathPattern } from '../../model';
import { listenersOf, OWN_ANSWERS } from '../../passes';
import { allowHeader } from '../answers';
import { escapeRegex, queryExpression } from '../expressions';
import type { Word } from '../text';
import type { Node } from './node';
import type { RoutePlan } from './plan';
import { literal } from './quote';

/** What a route asks of a request beside host, path and method: a variable of Nginx, and what it must match. */
interface Test {
  readonly variable: string;
  readonly expression: string;
}

/**
 * The table of routes, as maps: a location would compare a path after decoding and merging what stands in it, which
 * no target does alike, and could neither keep the order of the routes nor look at anything else.
 */
export function routingMaps(api: Api, plans: readonly RoutePlan[]): Node[] {
  const tests = distinctTests(plans);
  const many = Object.keys(api.listeners).length > 1;
  const asked = ['$request_method $host$path', ...tests.map((_, index) => `$match_${index + 1}`)].join(' ');
  const key = many ? `$listener ${asked}` : asked;
  const line = (plan: RoutePlan, methods: readonly string[] | undefined) =>
    `~^${many ? `${anyOf(listenersOf(api, plan.route))} ` : ''}${routeExpression(plan.route, methods, tests)}`;
  const limited = plans.filter(({ route }) => route.methods !== undefined);
  const routes = plans.map(({ route }) => route);
  const { badRequest, noRoute, wrongMethod } = OWN_ANSWERS;
  return [
    map('$request_uri', '$path', [['~^([^?]*)', '$1']]),
    ...tests.map(({ variable, expression }, index) =>
      map(variable, `$match_${index + 1}`, [
        ['default', 0],
        [`~${expression}`, 1],
      ]),
    ),
    map(key, '$route', [
      ['default', limited.length > 0 ? '$no_route' : noRoute.status],
      [DOT_SEGMENT, badRequest.status],
      ...plans.map((plan): Word[] => [line(plan, plan.route.methods), plan.name]),
    ]),
    ...(limited.length === 0
      ? []
      : [
          map(
            key,
            '$allow',
            limited.map((plan) => [line(plan, undefined), literal(allowHeader(plan.route, routes))]),
          ),
          map('$allow', '$no_route', [
            ['default', wrongMethod.status],
            ['', noRoute.status],
          ]),
        ]),
  ];
}

/** Dot segments, plain or encoded: what a target makes of them is not what the route was chosen by. */
const DOT_SEGMENT = '~*/(?:\\.|%2e){1,2}(?:/| |$)';

function map(source: string, variable: string, body: readonly Node[]): Node {
  return { block: ['map', source, variable], body };
}

function routeExpression(route: Route, methods: readonly string[] | undefined, tests: readonly Test[]): string {
  const method = methods === undefined ? '\\S+' : anyOf(methods.map(escapeRegex));
  const host = route.hosts === undefined ? '[^/]*' : anyOf(route.hosts.map(hostExpression));
  const pattern = readPathPattern(route.path);
  const path =
    pattern.kind === 'exact'
      ? escapeRegex(pattern.path)
      : pattern.kind === 'prefix'
        ? `${escapeRegex(pattern.prefix)}\\S*`
        : '\\S*';
  const own = testsOf(route).map(identity);
  const matches = tests.map((test) => (own.includes(identity(test)) ? ' 1' : ' \\d')).join('');
  return `${method} ${host}${path}${matches}$`;
}

function hostExpression(host: string): string {
  const lower = host.toLowerCase();
  return lower.startsWith('*.') ? `[^/]+${escapeRegex(lower.slice(1))}` : escapeRegex(lower);
}

function anyOf(expressions: readonly string[]): string {
  return expressions.length === 1 ? (expressions[0] as string) : `(?:${expressions.join('|')})`;
}

function distinctTests(plans: readonly RoutePlan[]): Test[] {
  const all = plans.flatMap(({ route }) => testsOf(route));
  return [...new Map(all.map((test) => [identity(test), test])).values()];
}

function identity({ variable, expression }: Test): string {
  return `${variable} ${expression}`;
}

function testsOf(route: Route): Test[] {
  const pattern = readPathPattern(route.path);
  return [
    ...(pattern.kind === 'expression' ? [{ variable: '$path', expression: pattern.source }] : []),
    ...route.headers.map(({ name, value }) => ({
      variable: `$http_${name.toLowerCase().replaceAll('-', '_')}`,
      expression: `^${escapeRegex(value)}$`,
    })),
    ...route.query.map(({ name, value }) => ({ variable: '$args', expression: queryExpression(name, value) })),
  ];
}
