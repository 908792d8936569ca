import { describe, expect, it } from 'vitest';
import { type Backend, Fallback, Targets } from '../../src/constructs';
import { Ref } from '../../src/model';
import { DEFERRED_NUMBER, headlines, newApi } from './support';

describe('a value that is known only at deployment', () => {
  it.each([
    ['with its port', { address: '@{host}:8080' }],
    ['with a port beside it', { address: '@{host}', port: 8080 }],
  ])('can be the address of a target, %s', (_, backend) => {
    const api = newApi();
    api.addRoute('all', { pool: api.addTargetPool('live', { targets: Targets.of(backend) }) });
    expect(api.node.validate()).toEqual([]);
    expect(api._model().api.pools.live.targets).toMatchObject([{ address: new Ref('@{host}'), port: 8080 }]);
  });

  it('can be the address of a target that has a weight and a priority', () => {
    const api = newApi();
    api.addTargetPool('live', { targets: Targets.of({ address: '@{host}:80', weight: 2, priority: 1 }) });
    expect(api._description()).toHaveProperty('pools.live.targets', [
      { address: new Ref('@{host}'), port: 80, weight: 2, priority: 1 },
    ]);
  });

  it('needs a port that is known', () => {
    const api = newApi();
    api.addRoute('all', { pool: api.addTargetPool('live', { targets: Targets.addresses('@{host}:@{port}') }) });
    expect(headlines(api.node.validate())).toEqual([
      'error SPW2002 App/Shop/live targets[0].port: a required key is missing',
    ]);
  });

  it('is an error in every other field', () => {
    const api = newApi({
      tags: { team: '@{team}' },
      listeners: { web: { address: '@{address}', port: DEFERRED_NUMBER } },
    });
    api.addTargetPool('live', { targets: Targets.discover({ dns: '@{name}.internal', port: 80 }) });
    api.addRoute('all', { path: '/@{path}', hosts: ['@{host}'], fallback: Fallback.text('@{text}') });
    expect(headlines(api.node.validate())).toEqual(
      [
        'App/Shop tags.team',
        'App/Shop listeners.web.address',
        'App/Shop listeners.web.port',
        'App/Shop/live discover.dns',
        'App/Shop/all hosts[0]',
        'App/Shop/all path',
        'App/Shop/all fallback.text',
      ].map((where) => `error SPW2018 ${where}: a value that is known only at deployment is not allowed here`),
    );
  });

  it('is an error as a key, in every map', () => {
    const api = newApi({ tags: { '@{tag}': 'web' } });
    const environment = { '@{variable}': 'value' };
    const targets = Targets.container({ image: 'acme/shop:2.0', port: 80, environment });
    api.addRoute('all', {
      pool: api.addTargetPool('live', { targets }),
      rewrite: { setHeaders: { '@{field}': 'value' } },
      fallback: Fallback.text('x', { headers: { '@{field}': 'value' } }),
    });
    expect(headlines(api.node.validate()).sort()).toEqual(
      [
        'App/Shop tags["@{tag}"]',
        'App/Shop/all fallback.headers["@{field}"]',
        'App/Shop/all rewrite.setHeaders["@{field}"]',
        'App/Shop/live container.environment["@{variable}"]',
      ].map((where) => `error SPW2018 ${where}: a value that is known only at deployment is not allowed here`),
    );
  });
});

describe('a deferred address that has a port', () => {
  const described = (...backends: Backend[]) => {
    const api = newApi();
    api.addTargetPool('live', { targets: Targets.of(...backends) });
    return api._description();
  };

  it('is refused where "port" is another one, with both ports and the place', () => {
    const api = newApi();
    const targets = Targets.of({ address: '10.0.0.1:80' }, { address: '@{host}:8080', port: 9090 });
    api.addRoute('all', { pool: api.addTargetPool('live', { targets }) });
    expect(api.node.validate().join()).toMatch(
      /SPW3008 App\/Shop\/live targets\[1\]\.port[\s\S]*found 9090\s+allowed: 8080/,
    );
  });

  it('may have the same one beside it', () => {
    expect(described({ address: '@{host}:8080', port: 8080 })).toHaveProperty('pools.live.targets', [
      { address: new Ref('@{host}'), port: 8080 },
    ]);
  });
});
