import { describe, expect, it } from 'vitest';
import { Duration, Targets } from '../../src/constructs';
import { InvalidDescription } from '../../src/model';
import { impossible } from '../../src/platform';
import { FakePlatform, headlines, newApi } from './support';

const LIVE = { targets: Targets.addresses('10.0.0.1:80') };

describe('the validation of the tree', () => {
  it('finds nothing where nothing is wrong', () => {
    const platform = new FakePlatform();
    const api = newApi({ platform });
    api.addRoute('all', { pool: api.addTargetPool('live', LIVE) });
    expect(api.node.validate()).toEqual([]);
    expect(platform.told).toEqual([]);
  });

  const broken = () => {
    const api = newApi({ listeners: { web: { port: 0 } } });
    const live = api.addTargetPool('live', {
      targets: Targets.addresses('10.0.0.1'),
      healthCheck: { interval: Duration.seconds(1), timeout: Duration.seconds(2) },
    });
    api.addRoute('all', { pool: live, path: 'nowhere', timeouts: { connect: Duration.hours(1) } });
    api.addRoute('nothing', { path: '/nothing' });
    return api;
  };

  it('tells every error at once, each with the path of its construct', () => {
    expect(headlines(broken().node.validate())).toEqual([
      'error SPW2006 App/Shop listeners.web.port: the number is out of range',
      'error SPW2009 App/Shop/all path: the path is not valid',
      'error SPW2004 App/Shop/all timeouts.connect: the duration is not valid',
      'error SPW3005 App/Shop/nothing: exactly one of these keys is required',
      'error SPW2002 App/Shop/live targets[0].port: a required key is missing',
      'error SPW3008 App/Shop/live healthCheck.timeout: the value does not fit another one',
    ]);
  });

  it('tells what was found, what is allowed and what to do', () => {
    const api = newApi();
    api.addRoute('all', { pool: api.addTargetPool('live', { targets: Targets.addresses('10.0.0.1') }) });
    expect(api.node.validate()).toEqual([
      [
        'error SPW2002 App/Shop/live targets[0].port: a required key is missing',
        '    allowed: a port here or in the address',
        '    Write "10.0.0.1:8080".',
      ].join('\n'),
    ]);
  });

  it('has the same errors thrown where a model is to be made', () => {
    const api = broken();
    expect(() => api._model()).toThrow(InvalidDescription);
    expect(() => api._model()).toThrow(api.node.validate().join('\n'));
  });
});

describe('what the platform cannot do', () => {
  const hedged = (platform: FakePlatform, accept: string[] = []) => {
    const api = newApi({ platform, accept });
    api.addRoute('all', {
      pool: api.addTargetPool('live', LIVE),
      retry: { attempts: 2, hedgeAfter: Duration.millis(100) },
    });
    return api;
  };

  it('is an error with the path of its construct', () => {
    const api = hedged(new FakePlatform({ hedging: impossible('it sends each request once') }));
    expect(headlines(api.node.validate())).toEqual([
      'error SPW4001 App/Shop/all retry.hedgeAfter: fake cannot do this: it sends each request once',
    ]);
    expect(() => api._model()).toThrow('SPW4001');
  });

  it('is a warning once it is accepted', () => {
    const platform = new FakePlatform({ hedging: impossible('it sends each request once') });
    expect(hedged(platform, ['SPW4001']).node.validate()).toEqual([]);
    expect(headlines(platform.told.map(({ text }) => text))).toEqual([
      'warning SPW4001 App/Shop/all retry.hedgeAfter: fake cannot do this: it sends each request once',
    ]);
  });

  it('is an error where a value is beyond its limit', () => {
    const limit = { at: 'routes.*.retry.attempts', allowed: 'one attempt', fits: (value: unknown) => value === 1 };
    expect(hedged(new FakePlatform({}, [limit])).node.validate()).toEqual([
      'error SPW4002 App/Shop/all retry.attempts: the value is beyond the limit of the platform\n' +
        '    found 2\n' +
        '    allowed: one attempt on fake',
    ]);
  });
});
