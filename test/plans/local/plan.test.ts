import { expect, it } from 'vitest';
import { parseApi } from '../../../src/model';
import { planLocal } from '../../../src/plans/local';

const plan = planLocal({ runtime: '/lib/spillway.js', stateDirectory: '/state; rm -rf "$HOME"' });

it('has commands that are the same for every API: what differs is in their environment', () => {
  const other = planLocal({ runtime: '/other.js', stateDirectory: '/other' });
  expect([plan.process.create, plan.process.destroy, plan.configuration.create]).toEqual([
    other.process.create,
    other.process.destroy,
    other.configuration.create,
  ]);
});

it('is stopped by the copy of the program that the process keeps', () => {
  expect(plan.process.destroy).toContain('"$SPILLWAY_STATE/spillway.js" local stop');
});

it('says where each listener is reached from this machine', () => {
  const listeners = { a: { port: 80 }, b: { address: '::', port: 81 }, c: { address: '10.0.0.1', port: 82 } };
  const api = parseApi({ version: 1, name: 'shop', listeners, pools: {}, routes: {} });
  expect(plan.urls(api)).toEqual({ a: 'http://127.0.0.1:80', b: 'http://[::1]:81', c: 'http://10.0.0.1:82' });
});
