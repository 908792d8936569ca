import { describe, expect, it } from 'vitest';
import { Duration, type ScalableApi, Targets } from '../../src/constructs';
import { approximate, impossible } from '../../src/platform';
import { FakePlatform, newApi } from './support';

const LIVE = { targets: Targets.addresses('10.0.0.1:80') };

function hedge(api: ScalableApi): void {
  const retry = { attempts: 2, hedgeAfter: Duration.millis(100) };
  api.addRoute('all', { pool: api.addTargetPool('live', LIVE), retry });
}

describe('what does not stop the compile is told to the platform', () => {
  it('as a warning', () => {
    const platform = new FakePlatform();
    const api = newApi({ platform });
    api.addTargetPool('spare', LIVE);
    expect(api.node.validate()).toEqual([]);
    expect(platform.told).toEqual([
      { scope: 'App/Shop', severity: 'warning', text: 'warning SPW5002 App/Shop/spare: nothing uses this pool' },
    ]);
    expect(() => api._model()).not.toThrow();
  });

  it('as a note where the platform does what was written approximately', () => {
    const platform = new FakePlatform({ hedging: approximate('after a whole second') });
    const api = newApi({ platform });
    hedge(api);
    expect(api.node.validate()).toEqual([]);
    expect(platform.told).toEqual([
      {
        scope: 'App/Shop',
        severity: 'note',
        text: 'note SPW4004 App/Shop/all retry.hedgeAfter: fake does this approximately: after a whole second',
      },
    ]);
    expect(() => api._model()).not.toThrow();
  });

  it('as a note where the platform cannot keep a default', () => {
    const platform = new FakePlatform({ retryBudget: impossible('it counts nothing') });
    const api = newApi({ platform });
    api.addRoute('all', { pool: api.addTargetPool('live', LIVE) });
    expect(api.node.validate()).toEqual([]);
    expect(platform.told).toEqual([
      {
        scope: 'App/Shop',
        severity: 'note',
        text: 'note SPW4003 App/Shop/all retry.budgetPercent: fake cannot keep this default: it counts nothing',
      },
    ]);
  });

  it('once, however often the tree is validated', () => {
    const platform = new FakePlatform({ hedging: approximate('after a whole second') });
    const api = newApi({ platform });
    hedge(api);
    api.addTargetPool('spare', LIVE);
    api.node.validate();
    api.node.validate();
    expect(platform.told.map(({ severity }) => severity)).toEqual(['warning', 'note']);
  });

  it('when it is new, after what was told before', () => {
    const platform = new FakePlatform();
    const api = newApi({ platform });
    for (const name of ['spare', 'other']) {
      api.addTargetPool(name, LIVE);
      api.node.validate();
    }
    expect(platform.told.map(({ text }) => text)).toEqual([
      'warning SPW5002 App/Shop/spare: nothing uses this pool',
      'warning SPW5002 App/Shop/other: nothing uses this pool',
    ]);
  });

  it('not at all where it is a warning that is accepted', () => {
    const platform = new FakePlatform();
    const api = newApi({ platform, accept: ['SPW5002'] });
    api.addTargetPool('spare', LIVE);
    expect(api.node.validate()).toEqual([]);
    expect(platform.told).toEqual([]);
  });

  it('without the errors, which the validation itself gives each time', () => {
    const platform = new FakePlatform();
    const api = newApi({ platform });
    api.addRoute('nothing', {});
    const errors = api.node.validate();
    expect(errors).toHaveLength(1);
    expect(api.node.validate()).toEqual(errors);
    expect(platform.told).toEqual([]);
  });
});
