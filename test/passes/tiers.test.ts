import { expect, it } from 'vitest';
import { parseApi } from '../../src/model';
import { routeTiers } from '../../src/passes';

const api = parseApi({
  version: 1,
  name: 'shop',
  listeners: { web: { port: 80 } },
  pools: {
    live: {
      targets: [
        { address: '10.0.0.1:80', priority: -1 },
        { address: '10.0.0.2', port: 81, weight: 3 },
        { address: '[fd00::1]:82' },
        { address: '10.0.0.4:80', weight: 0 },
      ],
    },
    standby: { targets: [{ address: 'standby.internal:80' }] },
  },
  routes: { all: { tiers: ['live', 'standby'] }, answer: { path: '/x', fallback: { text: 'x' } } },
});

it('flattens tiers: the order of the pools, and inside each its priorities from high to low', () => {
  expect(routeTiers(api, api.routes.all).map(({ name }) => name)).toEqual(['live', 'live/-1', 'standby']);
});

it('takes host and port apart, and leaves out what has no weight', () => {
  expect(routeTiers(api, api.routes.all)[0].members).toEqual([
    { index: 1, host: '10.0.0.2', port: 81, weight: 3, drain: false },
    { index: 2, host: 'fd00::1', port: 82, weight: 1, drain: false },
  ]);
});

it('gives a static answer no tier', () => {
  expect(routeTiers(api, api.routes.answer)).toEqual([]);
});
