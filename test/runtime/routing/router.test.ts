import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { type Api, readPathPattern } from '../../../src/model';
import { orderedRoutes } from '../../../src/passes';
import { normalHost, type RoutedRequest, Router } from '../../../src/runtime/routing';
import { apiOf } from '../support/serve';

type RouteParts = NonNullable<Parameters<typeof apiOf>[0]['routes']>[string];

function apiWith(routes: Record<string, RouteParts>): Api {
  const fallback = { text: 'x' };
  return apiOf({
    routes: Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, { fallback, ...route }])),
  });
}

function routerOf(routes: Record<string, RouteParts>): Router<string> {
  return new Router(orderedRoutes(apiWith(routes)), ({ name }) => name);
}

interface Asked {
  path: string;
  method?: string;
  host?: string;
  fields?: Record<string, string>;
  query?: string;
}

function request({ path, method = 'GET', host = 'a.test', fields = {}, query = '' }: Asked): RoutedRequest {
  return {
    path,
    method,
    host: normalHost(host),
    field: (name) => Object.entries(fields).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : [])),
    parameter: (name) => new URLSearchParams(query).getAll(name),
  };
}

const find = (routes: Record<string, RouteParts>, asked: Asked) => routerOf(routes).find(request(asked));

it('takes an exact path before a prefix, and a longer prefix before a shorter one', () => {
  const routes = { all: {}, v1: { path: '/v1/*' }, deep: { path: '/v1/a/*' }, exact: { path: '/v1/a/b' } };
  expect(['/v1/a/b', '/v1/a/c', '/v1/b', '/v2'].map((path) => find(routes, { path }))).toEqual([
    'exact',
    'deep',
    'v1',
    'all',
  ]);
});

it('takes a prefix for all that begins with it, but not for what stands before its slash', () => {
  const routes = { v1: { path: '/v1/*' } };
  expect(['/v1/', '/v1/a/b', '/v1', '/v10', '/v1x/'].map((path) => find(routes, { path }))).toEqual([
    'v1',
    'v1',
    undefined,
    undefined,
    undefined,
  ]);
});

it('takes an exact host before a wildcard, which stands for one or more labels', () => {
  const routes = { any: {}, wild: { hosts: ['*.Shop.test'] }, exact: { hosts: ['a.shop.test'] } };
  const hosts = ['A.shop.TEST:8080', 'b.shop.test', 'x.y.shop.test.', 'shop.test', 'evilshop.test', ''];
  expect(hosts.map((host) => find(routes, { path: '/', host }))).toEqual([
    'exact',
    'wild',
    'wild',
    'any',
    'any',
    'any',
  ]);
});

it('searches an expression in the path', () => {
  const routes = { numbered: { path: '~^/v[0-9]+/' } };
  expect(['/v12/a', '/v/a', '/x/v1/'].map((path) => find(routes, { path }))).toEqual([
    'numbered',
    undefined,
    undefined,
  ]);
});

it('asks for header fields whatever the case of their names, and for query parameters decoded', () => {
  const routes = {
    beta: { headers: [{ name: 'X-Beta', value: '1' }] },
    asked: { query: [{ name: 'q', value: 'a b' }] },
  };
  expect(find(routes, { path: '/', fields: { 'x-bETA': '1' } })).toBe('beta');
  expect(find(routes, { path: '/', fields: { 'X-Beta': '2' } })).toBe(undefined);
  expect(find(routes, { path: '/', query: 'q=x&q=a%20b' })).toBe('asked');
});

it('tells the methods that would have fitted, and none where nothing else fits', () => {
  const router = routerOf({
    get: { path: '/a', methods: ['GET'] },
    put: { path: '/*', methods: ['PUT'] },
    other: { path: '/a', methods: ['PATCH'], hosts: ['b.test'] },
  });
  expect(router.allowedMethods(request({ path: '/a', method: 'DELETE' }))).toEqual(['GET', 'PUT']);
  expect(
    routerOf({ get: { path: '/a', methods: ['GET'] } }).allowedMethods(request({ path: '/b', method: 'PUT' })),
  ).toEqual([]);
});

it('takes what a browser asks beforehand for the method that it asks about, where the route answers that', () => {
  const routes = {
    read: { path: '/a', methods: ['GET'], cors: { origins: ['*'] } },
    write: { path: '/a', methods: ['PUT'], cors: { origins: ['*'] } },
    remove: { path: '/a', methods: ['DELETE'] },
  };
  const asked = (method: string, fields: Record<string, string> = { Origin: 'https://a.test' }) =>
    find(routes, { path: '/a', method: 'OPTIONS', fields: { ...fields, 'Access-Control-Request-Method': method } });
  expect(['GET', 'PUT', 'DELETE', 'POST'].map((method) => asked(method))).toEqual([
    'read',
    'write',
    undefined,
    undefined,
  ]);
  expect(asked('GET', {})).toBeUndefined();
  expect(find(routes, { path: '/a', method: 'OPTIONS', fields: { Origin: 'https://a.test' } })).toBeUndefined();
});

it('finds what the first of all routes in order is', () => {
  const path = fc.constantFrom<string>('/', '/*', '/a', '/a/*', '/a/b', '/a/b/*', '/b/*', '~^/a', '~b$', '~/b/');
  const route = fc.record({
    path,
    priority: fc.constantFrom(-1, 0, 0, 1),
    methods: fc.constantFrom<string[] | undefined>(undefined, ['GET'], ['PUT', 'GET'], ['PUT']),
    hosts: fc.constantFrom<string[] | undefined>(
      undefined,
      undefined,
      ['a.test'],
      ['*.test'],
      ['b.test', '*.a.test'],
      ['*.y.a.test', '*.test', 'a.test'],
    ),
    headers: fc.constantFrom<{ name: string; value: string }[]>([], [], [{ name: 'X', value: '1' }]),
    query: fc.constantFrom<{ name: string; value: string }[]>([], [], [{ name: 'q', value: '1' }]),
  });
  const asked = fc.record({
    path: fc.constantFrom<string>('/', '/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/b', '/b/a', '/ab', '//'),
    method: fc.constantFrom('GET', 'PUT', 'POST'),
    host: fc.constantFrom(
      'a.test',
      'b.test',
      'x.a.test',
      'x.y.a.test',
      'y.a.test',
      'test',
      '.test',
      '*.test',
      'c.d',
      '',
    ),
    fields: fc.constantFrom<Record<string, string>>({}, { x: '1' }),
    query: fc.constantFrom('', 'q=1'),
  });
  fc.assert(
    fc.property(fc.array(route, { maxLength: 12 }), fc.array(asked, { minLength: 1, maxLength: 8 }), (routes, all) => {
      const ordered = orderedRoutes(apiWithRepeats(routes));
      const router = new Router(ordered, ({ name }) => name);
      for (const one of all) {
        const expected = ordered.find(({ route }) => fits(route, one))?.name;
        expect(router.find(request(one))).toBe(expected);
      }
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['paths', (i: number) => ({ path: `/page${i}` }), (i: number) => ({ path: `/page${i}` })],
  ['prefixes', (i: number) => ({ path: `/area${i}/*` }), (i: number) => ({ path: `/area${i}/x` })],
  ['hosts', (i: number) => ({ hosts: [`h${i}.test`] }), (i: number) => ({ path: '/', host: `h${i}.test` })],
  ['wildcards', (i: number) => ({ hosts: [`*.h${i}.test`] }), (i: number) => ({ path: '/', host: `a.h${i}.test` })],
])('tries no more routes of a thousand that differ by their %s than of one', (_, parts, asked) => {
  const numbers = Array.from({ length: 1_000 }, (_, i) => i);
  const router = routerOf(Object.fromEntries(numbers.map((i) => [`r${i}`, { methods: ['GET'], ...parts(i) }])));
  for (const i of [0, 500, 999]) {
    let tried = 0;
    const counted = Object.defineProperty(request(asked(i)), 'method', {
      get() {
        tried += 1;
        return 'GET';
      },
    });
    expect([router.find(counted), tried]).toEqual([`r${i}`, 1]);
  }
});

/** Validation refuses routes that match alike; the router need not. */
function apiWithRepeats(routes: readonly RouteParts[]): Api {
  const api = apiOf({ routes: {} });
  const each = routes.map((route, index) => [`r${index}`, Object.values(apiWith({ one: route }).routes)[0]]);
  return { ...api, routes: Object.fromEntries(each) };
}

/** The rules, once more and as plainly as possible. */
function fits(route: Api['routes'][string], asked: Required<Asked>): boolean {
  const pattern = readPathPattern(route.path);
  if (pattern.kind === 'exact' && asked.path !== pattern.path) return false;
  if (pattern.kind === 'prefix' && !asked.path.startsWith(pattern.prefix)) return false;
  if (pattern.kind === 'expression' && !RE2JS.compile(pattern.source).matcher(asked.path).find()) return false;
  if (route.methods && !route.methods.includes(asked.method)) return false;
  const under = (end: string) => asked.host.endsWith(end) && asked.host !== end;
  const host = (one: string) => (one.startsWith('*.') ? under(one.slice(1)) : asked.host === one);
  if (route.hosts && !route.hosts.some(host)) return false;
  if (route.headers.length > 0 && asked.fields.x !== '1') return false;
  return route.query.length === 0 || asked.query === 'q=1';
}
