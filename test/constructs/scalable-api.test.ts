import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Condition, Duration, Fallback, FallbackRoute, Route, TargetPool, Targets } from '../../src/constructs';
import { readDescription } from '../../src/file';
import { shopInConstructs } from './shop';
import { FakePlatform, newApi } from './support';

const LIVE = { targets: Targets.addresses('10.0.0.1:80') };

describe('an API built by constructs', () => {
  it('is described in the words of a file', () => {
    const api = newApi({ apiName: 'shop', listeners: { web: { port: 80 } }, tags: { team: 'web' } });
    const live = api.addTargetPool('live', {
      targets: Targets.addresses('10.0.0.1:80', '10.0.0.2:80'),
      healthCheck: { path: '/healthz', interval: Duration.seconds(5) },
    });
    const standby = new TargetPool(api, 'standby', { targets: Targets.machine({ type: 'small', port: 80 }) });
    api.addRoute('rest', { pool: live, mirror: { pool: standby } });
    new FallbackRoute(api, 'catalogue', {
      path: '/catalogue/*',
      tiers: [live, standby],
      retry: { on: [Condition.RESET, Condition.status(503)] },
      fallback: Fallback.text('Back soon.', { status: 503 }),
    });
    expect(api._description()).toEqual({
      version: 1,
      name: 'shop',
      platform: { type: 'local', dataPlane: 'runtime' },
      tags: { team: 'web' },
      listeners: { web: { port: 80 } },
      pools: {
        live: {
          targets: [{ address: '10.0.0.1:80' }, { address: '10.0.0.2:80' }],
          healthCheck: { path: '/healthz', interval: '5s' },
        },
        standby: { machine: { type: 'small', port: 80 } },
      },
      routes: {
        rest: { pool: 'live', mirror: { pool: 'standby' } },
        catalogue: {
          path: '/catalogue/*',
          tiers: ['live', 'standby'],
          retry: { on: ['reset', 503] },
          fallback: { text: 'Back soon.', status: 503 },
        },
      },
    });
  });

  it('is the same model as a file that says the same with every word there is', () => {
    const text = readFileSync(join(__dirname, '..', 'fixtures', 'shop.yaml'), 'utf8');
    const written = readDescription(text, 'shop.yaml');
    expect(written.problems.map(({ code }) => code)).toEqual(['SPW4005']);
    expect(shopInConstructs(new FakePlatform())._model().api).toEqual(written.api);
  });

  it('has the name of its construct unless it is given one', () => {
    expect(newApi()._description()).toMatchObject({ name: 'Shop' });
    expect(newApi({ apiName: 'store' })._description()).toMatchObject({ name: 'store' });
  });

  it('has its pools and routes as children', () => {
    const api = newApi();
    const pool = api.addTargetPool('live', LIVE);
    const route = api.addRoute('all', { pool });
    expect([pool.node.path, route.node.path]).toEqual(['App/Shop/live', 'App/Shop/all']);
    expect([pool.poolName, route.routeName]).toEqual(['live', 'all']);
  });

  it('has what stands for each construct made as soon as the construct is', () => {
    const platform = new FakePlatform();
    const api = newApi({ platform });
    expect(platform.bound).toEqual(['api App/Shop']);
    const live = new TargetPool(api, 'live', LIVE);
    expect(platform.bound.slice(1)).toEqual(['pool App/Shop/live']);
    new Route(api, 'all', { pool: live });
    new FallbackRoute(api, 'other', { path: '/other', tiers: [live], fallback: Fallback.text('x') });
    expect(platform.bound.slice(2)).toEqual(['route App/Shop/all', 'route App/Shop/other']);
  });
});

describe('the listeners of an API', () => {
  it.each([[undefined], [{}]])('are one that only this machine reaches, where %j is given', (listeners) => {
    expect(newApi({ listeners })._description()).toMatchObject({
      listeners: { web: { address: '127.0.0.1', port: 8080 } },
    });
  });

  it('are those that are given or added, and no other', () => {
    const api = newApi({ listeners: { web: { port: 80 } } });
    api.addListener('other', { port: 81 });
    expect(api._description()).toHaveProperty('listeners', { web: { port: 80 }, other: { port: 81 } });
  });

  it('take the place of the default when one is added', () => {
    const api = newApi();
    api.addListener('other', { port: 81 });
    expect(api._description()).toHaveProperty('listeners', { other: { port: 81 } });
  });

  it('are not added to the props that were given', () => {
    const listeners = { web: { port: 80 } };
    newApi({ listeners }).addListener('other', { port: 81 });
    expect(Object.keys(listeners)).toEqual(['web']);
  });

  it('have names of their own', () => {
    const api = newApi({ listeners: { web: { port: 80 } } });
    expect(() => api.addListener('web', { port: 81 })).toThrow(
      'App/Shop: there is a listener called "web" already; give this one another name',
    );
    expect(api._description()).toHaveProperty('listeners', { web: { port: 80 } });
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('can be called %s, as every object has it already', (name) => {
    const api = newApi();
    api.addListener(name, { port: 81 });
    expect(api.node.validate()).toEqual([]);
    expect(api._model().api.listeners).toMatchObject({ [name]: { port: 81 } });
    expect(() => api.addListener(name, { port: 82 })).toThrow(`a listener called "${name}" already`);
  });

  it('can name pools that were added after the API', () => {
    const api = newApi();
    const db = api.addTargetPool('db', LIVE);
    api.addListener('orders', { port: 5432, tiers: [db] });
    expect(api._description()).toMatchObject({ listeners: { orders: { tiers: ['db'] } } });
  });
});
