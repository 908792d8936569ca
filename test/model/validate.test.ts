import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, formatPath, InvalidDescription, parseApi, Ref, validate } from '../../src/model';

const minimal = () => ({
  version: 1,
  name: 'shop',
  listeners: { web: { port: 8080 } },
  pools: { live: { targets: [{ address: '127.0.0.1:9001' }] } },
  routes: { all: { pool: 'live' } } as Record<string, object>,
});

const codes = (description: unknown) =>
  validate(description).problems.map(({ code, path }) => `${code} ${formatPath(path)}`);

describe('a minimal description', () => {
  it('gets the documented defaults', () => {
    const api = parseApi(minimal());
    expect(api.listeners.web).toMatchObject({ address: '0.0.0.0', protocol: 'http' });
    expect(api.pools.live.healthCheck).toMatchObject({
      type: 'tcp',
      interval: 2_000,
      unhealthyThreshold: 3,
      healthyThreshold: 2,
    });
    expect(api.routes.all.timeouts).toEqual({ connect: 1_000, response: 15_000, request: 30_000, idle: 300_000 });
    expect(api.routes.all.retry).toMatchObject({
      on: ['connectFailure', 'reset', 'timeout'],
      attempts: 3,
      nonIdempotent: false,
    });
  });

  it('cannot be changed once it is read', () => {
    const api = parseApi(minimal());
    expect(() => Object.assign(api.routes.all.retry, { attempts: 9 })).toThrow(TypeError);
  });

  it('is checked by HTTP as soon as a path is given', () => {
    const description = minimal();
    Object.assign(description.pools.live, { healthCheck: { path: '/healthz' } });
    expect(parseApi(description).pools.live.healthCheck.type).toBe('http');
  });
});

describe('what a pool says of health', () => {
  const withWords = (words: object) => {
    const description = minimal();
    Object.assign(description.pools.live, words);
    return codes(description);
  };

  it.each([
    [{ healthCheck: { path: '/', expectedBody: 'ok' } }],
    [{ healthCheck: { type: 'http', expectedBody: 'ok' } }],
    [{ healthCheck: { type: 'grpc', service: 'shop.Cart' } }],
    [{ outlierEjection: { baseTime: '1m', maxTime: '1m' } }],
  ])('may be %j', (words) => {
    expect(withWords(words)).toEqual([]);
  });

  it.each([
    [{ healthCheck: { expectedBody: 'ok' } }, 'healthCheck.expectedBody'],
    [{ healthCheck: { type: 'grpc', path: '/', expectedBody: 'ok' } }, 'healthCheck.expectedBody'],
    [{ healthCheck: { path: '/', service: 'shop.Cart' } }, 'healthCheck.service'],
    [{ outlierEjection: { baseTime: '2m', maxTime: '1m' } }, 'outlierEjection.maxTime'],
  ])('may not be %j', (words, at) => {
    expect(withWords(words)).toEqual([`SPW3008 pools.live.${at}`]);
  });
});

describe('the path of a health check', () => {
  const withPath = (path: string) => {
    const description = minimal();
    Object.assign(description.pools.live, { healthCheck: { path } });
    return codes(description);
  };

  it.each(['/', '/healthz', '/healthz?deep=1'])('may be %s', (path) => {
    expect(withPath(path)).toEqual([]);
  });

  it.each(['healthz', '~^/h', '/a b', '/a\r\nX: y', '/a#b', ''])('may not be %j', (path) => {
    expect(withPath(path)).toEqual(['SPW2009 pools.live.healthCheck.path']);
  });
});

describe('what does not fit together', () => {
  it.each([
    ['a route without an action', { all: {} }, ['SPW3005 routes.all']],
    ['a route with two actions', { all: { pool: 'live', redirect: { path: '/x' } } }, ['SPW3005 routes.all']],
    [
      'two answers in one fallback',
      { all: { pool: 'live', fallback: { text: 'a', json: 1 } } },
      ['SPW3005 routes.all.fallback'],
    ],
    [
      'the same match twice',
      { a: { pool: 'live', path: '/x' }, b: { pool: 'live', path: '/x' } },
      ['SPW3007 routes.b'],
    ],
    ['a tier twice', { all: { tiers: ['live', 'live'] } }, ['SPW3009 routes.all.tiers[1]']],
    ['an unknown listener', { all: { pool: 'live', listeners: ['wbe'] } }, ['SPW3002 routes.all.listeners[0]']],
    [
      'a fallback for 503 alone',
      { all: { pool: 'live', fallback: { on: [503], text: 'x' } } },
      ['SPW5001 routes.all.fallback.on'],
    ],
  ])('%s is found', (_, routes, expected) => {
    expect(codes({ ...minimal(), routes })).toEqual(expected);
  });

  it.each([
    ['clientAddress', []],
    ['header:X-Key', []],
    ['cookie:id', []],
    ['query:user', []],
    ['path', ['SPW2007 routes.all.rateLimit.key']],
    ['header:', ['SPW2007 routes.all.rateLimit.key']],
    ['header:a b', ['SPW2007 routes.all.rateLimit.key']],
    ['X-Key', ['SPW2007 routes.all.rateLimit.key']],
  ])('a rate limit by %s is told apart from one that cannot be kept', (key, expected) => {
    const routes = { all: { pool: 'live', rateLimit: { requests: 1, key } } };
    expect(codes({ ...minimal(), routes })).toEqual(expected);
  });

  it.each([
    [{ concurrency: 1, queue: 5, queueTimeout: '1s' }, []],
    [{ adaptive: { initial: 5, min: 5, max: 5 }, queue: 5 }, []],
    [{ adaptive: { max: 7 } }, []],
    [{ adaptive: { initial: 4, min: 5 } }, ['SPW3008 pools.live.limits.adaptive.initial']],
    [{ adaptive: { initial: 5, max: 4 } }, ['SPW3008 pools.live.limits.adaptive.max']],
    [{ adaptive: { min: 5, max: 4 } }, ['SPW3008 pools.live.limits.adaptive.max']],
    [{ queue: 5 }, ['SPW3008 pools.live.limits.queue']],
    [{ connectionsPerTarget: 5, queueTimeout: '1s' }, ['SPW3008 pools.live.limits.queueTimeout']],
  ])('the limits %j of a pool fit together, or it is said why not', (limits, expected) => {
    const pools = { live: { ...minimal().pools.live, limits } };
    expect(codes({ ...minimal(), pools })).toEqual(expected);
  });

  it('a static answer needs no pool', () => {
    expect(
      codes({ ...minimal(), routes: { all: { pool: 'live' }, info: { path: '/info', fallback: { text: 'hi' } } } }),
    ).toEqual([]);
  });

  it('two listeners on one port are found, also through an address that includes the other', () => {
    const listeners = { a: { port: 80 }, b: { address: '127.0.0.1', port: 80 } };
    expect(codes({ ...minimal(), listeners })).toEqual(['SPW3006 listeners.b.port']);
  });

  it('a listener can redirect to https alone', () => {
    const tls = { certificates: [{ certificate: 'a.crt', key: 'a.key' }] };
    const listeners = { a: { port: 80, redirectTo: 'b' }, b: { port: 443, protocol: 'https', tls }, c: { port: 81 } };
    expect(codes({ ...minimal(), listeners })).toEqual([]);
    expect(codes({ ...minimal(), listeners: { ...listeners, a: { port: 80, redirectTo: 'c' } } })).toEqual([
      'SPW3008 listeners.a.redirectTo',
    ]);
  });

  it('a target without a port is told how to write it', () => {
    const { problems } = validate({ ...minimal(), pools: { live: { targets: [{ address: '::1' }] } } });
    expect(problems[0]).toMatchObject({ code: 'SPW2002', fix: 'Write "[::1]:8080".' });
  });

  it('a discovered pool has the port of its addresses, unless SRV records have their own', () => {
    const discovered = (discover: object) => codes({ ...minimal(), pools: { live: { discover } } });
    expect(discovered({ dns: 'web.internal', port: 80 })).toEqual([]);
    expect(discovered({ dns: '_web._tcp.internal' })).toEqual([]);
    expect(discovered({ dns: 'web.internal' })).toEqual(['SPW2002 pools.live.discover.port']);
    expect(discovered({ dns: '_web._tcp.internal', port: 80 })).toEqual(['SPW3008 pools.live.discover.port']);
  });

  it('a warning can be accepted by its code, an error cannot', () => {
    const routes = { all: { pool: 'live', fallback: { on: [503], text: 'x' } } };
    expect(codes({ ...minimal(), routes, accept: ['SPW5001'] })).toEqual([]);
    expect(codes({ ...minimal(), routes: { all: {} }, accept: ['SPW3005'] })).toEqual(['SPW3005 routes.all']);
  });

  it('a newer version is refused before anything else is looked at', () => {
    expect(codes({ version: 2, whatever: true })).toEqual(['SPW1005 version']);
  });
});

describe('values that are known only at deployment', () => {
  const deferred = new Ref('${token}');

  it('may stand for the address of a target', () => {
    const description = { ...minimal(), pools: { live: { targets: [{ address: deferred, port: 80 }] } } };
    expect(parseApi(description).pools.live.targets?.[0].address).toBe(deferred);
  });

  it('need a port beside them', () => {
    expect(codes({ ...minimal(), pools: { live: { targets: [{ address: deferred }] } } })).toEqual([
      'SPW2002 pools.live.targets[0].port',
    ]);
  });

  it.each([
    ['a path', { path: deferred }, 'routes.all.path'],
    ['a number', { priority: deferred }, 'routes.all.priority'],
    ['a duration', { timeouts: { connect: deferred } }, 'routes.all.timeouts.connect'],
  ])('are refused in %s', (_, words, path) => {
    expect(codes({ ...minimal(), routes: { all: { pool: 'live', ...words } } })).toEqual([`SPW2018 ${path}`]);
  });
});

it('never throws, whatever it is given', () => {
  const sections = fc.record({
    version: fc.constant(1),
    name: fc.anything(),
    listeners: fc.anything(),
    pools: fc.anything(),
    routes: fc.anything(),
  });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), sections), (anything) => {
      validate(anything);
    }),
    { numRuns: 500 },
  );
});

it('throws all errors together where a description is to be used', () => {
  expect(() => parseApi({ version: 1, name: '', listeners: {}, pools: {} })).toThrow(InvalidDescription);
});

it('gives every code a message', () => {
  expect(Object.values(CATALOGUE).every(({ message }) => message.length > 0)).toBe(true);
});
