import { expect, it } from 'vitest';
import { Duration, Fallback, TargetPool, Targets } from '../../src/constructs';
import { newApi } from './support';

it('may give the last good answer, and another one where there is none', () => {
  const api = newApi();
  const live = new TargetPool(api, 'live', { targets: Targets.addresses('127.0.0.1:1') });
  const stale = { maxAge: Duration.minutes(10) };
  api.addRoute('all', { pool: live, fallback: Fallback.json({ sorry: true }, { stale }) });
  expect(api._model().api.routes.all.fallback).toMatchObject({ json: { sorry: true }, stale: { maxAge: 600_000 } });
});
