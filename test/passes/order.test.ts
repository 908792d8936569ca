import { expect, it } from 'vitest';
import { parseApi } from '../../src/model';
import { listenersOf, orderedRoutes } from '../../src/passes';

const describe_ = (routes: Record<string, object>) =>
  parseApi({
    version: 1,
    name: 'shop',
    listeners: { web: { port: 80 }, other: { port: 81 } },
    pools: { live: { targets: [{ address: '10.0.0.1:80' }] } },
    routes: Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, { pool: 'live', ...route }])),
  });

it('tries routes by priority, host, path, and how much they ask for', () => {
  const api = describe_({
    everything: {},
    expression: { path: '~^/a' },
    short: { path: '/a/*' },
    long: { path: '/a/b/*' },
    exact: { path: '/a' },
    exactGet: { path: '/a', methods: ['GET'] },
    wildcard: { hosts: ['*.example.com'] },
    host: { hosts: ['shop.example.com'] },
    urgent: { path: '/urgent/*', priority: 1 },
  });
  expect(orderedRoutes(api).map(({ name }) => name)).toEqual([
    'urgent',
    'host',
    'wildcard',
    'exactGet',
    'exact',
    'long',
    'short',
    'everything',
    'expression',
  ]);
});

it('applies a route to every listener unless it names some', () => {
  const api = describe_({ all: {}, one: { path: '/x', listeners: ['other'] } });
  expect(listenersOf(api, api.routes.all)).toEqual(['web', 'other']);
  expect(listenersOf(api, api.routes.one)).toEqual(['other']);
});
