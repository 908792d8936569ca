import { Agent } from 'node:http';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Api, type Route, readPathPattern, validate } from '../../src/model';
import { orderedRoutes } from '../../src/passes';
import { ENGINES, type Engine, isInstalled, start } from '../support/engines';
import { freePorts } from '../support/processes';
import { ask } from '../support/targets';

const HOSTS = ['a.test', 'b.a.test', '*.a.test', '*.test', '127.0.0.1'];
const PATHS = [
  '/*',
  '/v/*',
  '/v/w/*',
  '/v/w',
  '/v',
  '/V',
  '~^/v',
  '~w$',
  '~[.]',
  '/v.w',
  '/v-w',
  "/it's",
  '/%41',
  '/$v;',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const VALUES = ['1', 'a b', '}', '"', "'", '\\', 'é', '%', '+', '$host', '#', ''];

const some = <Value>(values: readonly Value[]) =>
  fc.subarray([...values], { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Value[]>;

const route = fc.record(
  {
    hosts: some(HOSTS),
    path: fc.constantFrom(...PATHS),
    methods: some(METHODS),
    headers: fc.array(fc.record({ name: fc.constant('X-Beta'), value: fc.constantFrom('1', 'a b', '}', '"', '\\') }), {
      maxLength: 1,
    }),
    query: fc.array(fc.record({ name: fc.constantFrom('v', 'a&b'), value: fc.constantFrom(...VALUES) }), {
      maxLength: 1,
    }),
    priority: fc.integer({ min: -1, max: 1 }),
  },
  { requiredKeys: [] },
);

interface Asked {
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly header: string | undefined;
  readonly query: readonly (readonly [string, string])[];
}

const asked: fc.Arbitrary<Asked> = fc.record({
  host: fc.constantFrom('a.test', 'A.Test:80', 'b.a.test', 'c.b.a.test', 'x.test', 'test', '127.0.0.1', 'other'),
  path: fc.constantFrom(
    '/',
    '/v',
    '/v/',
    '/v/x',
    '/v/w',
    '/v/w/',
    '/v.w',
    '/vxw',
    '/v-w',
    '/w',
    "/it's",
    '/A',
    '/%41',
    '/$v;',
    '/v/..',
    '/v/%2e/w',
  ),
  method: fc.constantFrom(...METHODS, 'HEAD'),
  header: fc.constantFrom(undefined, '1', '2', 'a b', '}', '"', '\\'),
  query: fc.array(fc.tuple(fc.constantFrom('v', 'a&b', 'w'), fc.constantFrom(...VALUES)), { maxLength: 2 }),
});

/** What the routes mean, one condition after the other. */
function matches(found: Route, { host, path, header, query }: Asked): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const pattern = readPathPattern(found.path);
  return (
    (found.hosts ?? [name]).some((want) => (want.startsWith('*.') ? name.endsWith(want.slice(1)) : name === want)) &&
    (pattern.kind === 'exact'
      ? path === pattern.path
      : pattern.kind === 'prefix'
        ? path.startsWith(pattern.prefix)
        : new RegExp(pattern.source).test(path)) &&
    found.headers.every(({ value }) => header === value) &&
    found.query.every((want) => query.find(([key]) => key === want.name)?.[1] === want.value)
  );
}

function expected(api: Api, question: Asked): { status: number; body?: string } {
  if (/\/(\.|%2e){1,2}(\/|$)/i.test(question.path)) return { status: 400 };
  const candidates = orderedRoutes(api).filter((item) => matches(item.route, question));
  const chosen = candidates.find((item) => item.route.methods?.includes(question.method) ?? true);
  if (chosen) return { status: 200, body: question.method === 'HEAD' ? '' : chosen.name };
  return { status: candidates.length > 0 ? 405 : 404 };
}

describe.each(ENGINES.filter(isInstalled))('%s', (name) => {
  let engine: Engine | undefined;
  afterEach(() => engine?.stop());

  it('chooses the route that the first match in order would be', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(route, { minLength: 5, maxLength: 25 }),
        fc.array(asked, { minLength: 150, maxLength: 150 }),
        async (routes, questions) => {
          const [port] = (await freePorts(1)) as [number];
          const answer = (id: string) => ({ status: 200, text: id });
          const { api } = validate({
            version: 1,
            name: 'routing',
            listeners: { web: { address: '127.0.0.1', port } },
            pools: {},
            routes: Object.fromEntries(routes.map((one, i) => [`r${i}`, { ...one, fallback: answer(`r${i}`) }])),
          });
          fc.pre(api !== undefined);
          engine = await start(name, api);
          try {
            for (const question of questions) {
              const { status, body } = await askAbout(port, question);
              expect({ question, status, ...(status === 200 ? { body } : {}) }).toEqual({
                question,
                ...expected(api, question),
              });
            }
          } finally {
            await engine.stop();
          }
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });
});

const agent = new Agent({ keepAlive: true });

function askAbout(port: number, { host, path, method, header, query }: Asked) {
  const parameters = query.map(([key, value]) => `${key.replace('&', '%26')}=${encodeURIComponent(value)}`).join('&');
  return ask({
    port,
    host,
    method,
    agent,
    path: parameters === '' ? path : `${path}?${parameters}`,
    headers: header === undefined ? {} : { 'X-Beta': header },
  });
}
