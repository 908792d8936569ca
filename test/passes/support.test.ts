import { describe, expect, it } from 'vitest';
import { formatPath, validate } from '../../src/model';
import { withSupport } from '../../src/passes';
import { approximate, FEATURES, impossible, native, type PlatformSupport, type SupportTable } from '../../src/platform';

const everything = Object.fromEntries(
  Object.keys(FEATURES).map((feature) => [feature, native]),
) as unknown as SupportTable;
const platform = (table: Partial<SupportTable>, limits: PlatformSupport['limits'] = []): PlatformSupport => ({
  name: 'example',
  table: { ...everything, ...table },
  limits,
});

const description = (route: object = {}, more: object = {}) => ({
  version: 1,
  name: 'shop',
  listeners: { web: { port: 80 } },
  pools: { live: { targets: [{ address: '10.0.0.1:80' }] } },
  routes: { all: { pool: 'live', ...route } },
  ...more,
});

const check = (words: object, support: PlatformSupport) => {
  const { api, problems } = withSupport(validate(words), words, support);
  return {
    accepted: api !== undefined,
    lines: problems.map(({ code, path, severity }) => `${severity} ${code} ${formatPath(path)}`),
  };
};

describe('what a platform cannot do', () => {
  const refusing = platform({ hedging: impossible('it sends one request at a time') });

  it('is an error where it was written, with the reason', () => {
    const words = description({ retry: { hedgeAfter: '100ms' } });
    expect(check(words, refusing)).toEqual({ accepted: false, lines: ['error SPW4001 routes.all.retry.hedgeAfter'] });
    expect(withSupport(validate(words), words, refusing).problems[0].message).toContain(
      'it sends one request at a time',
    );
  });

  it('is a warning where the user accepts it', () => {
    const words = description({ retry: { hedgeAfter: '100ms' } }, { accept: ['SPW4001'] });
    expect(check(words, refusing)).toEqual({ accepted: true, lines: ['warning SPW4001 routes.all.retry.hedgeAfter'] });
  });

  it('is one note where only the defaults ask for it', () => {
    const budgetless = platform({ retryBudget: impossible('it counts nothing') });
    const words = description({}, { routes: { a: { pool: 'live' }, b: { path: '/b', pool: 'live' } } });
    expect(check(words, budgetless)).toEqual({ accepted: true, lines: ['note SPW4003 routes.a.retry.budgetPercent'] });
  });
});

it('is a note where it is done approximately', () => {
  const words = description({ timeouts: { request: '3s' } });
  const lines = ['note SPW4004 routes.all.timeouts.request'];
  expect(check(words, platform({ requestDeadline: approximate('as a sum') }))).toEqual({ accepted: true, lines });
});

it('is an error where a value is beyond the limit of the platform, also one that came from a default', () => {
  const limit = {
    at: 'routes.*.retry.attempts',
    allowed: 'at most 2',
    fits: (value: unknown) => (value as number) <= 2,
  };
  expect(check(description(), platform({}, [limit]))).toEqual({
    accepted: false,
    lines: ['error SPW4002 routes.all.retry.attempts'],
  });
});
